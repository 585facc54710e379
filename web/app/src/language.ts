// The language of the page: the chosen one, else the first that the browser asks for.
import { languages, preferredLanguage, type Language } from '@parley/react'
import { useSyncExternalStore } from 'react'

import { recall, remember } from './storage'

const KEY = 'parley.language'
const listeners = new Set<() => void>()

/** The language that was chosen in this browser; null means the browser's. */
export function useChosenLanguage(): Language | null {
  return useSyncExternalStore(subscribe, chosenLanguage)
}

export function chooseLanguage(language: Language | null): void {
  remember(KEY, language)
  for (const listener of listeners) listener()
}

export function browserLanguage(): Language {
  return preferredLanguage(navigator.languages)
}

function chosenLanguage(): Language | null {
  const stored = recall(KEY)
  return languages.find((language) => language === stored) ?? null
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  window.addEventListener('languagechange', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
    window.removeEventListener('languagechange', listener)
  }
}
