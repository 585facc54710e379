import { recall, remember } from './storage'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'parley.theme'

export function storedTheme(): Theme {
  const stored = recall(KEY)
  return themes.find((theme) => theme === stored) ?? 'system'
}

export function storeTheme(theme: Theme): void {
  remember(KEY, theme === 'system' ? null : theme)
  applyTheme(theme)
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
