// The languages there are. English is part of every page; the others are loaded when they are wanted.
import { en } from './en'
import type { Strings } from './types'

export const languages = ['en', 'de', 'ar'] as const
export type Language = (typeof languages)[number]

/** What a language calls itself, so that people find theirs whatever the page speaks. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  ar: 'العربية',
}

/** The first language in a person's list that there is; English if there is none. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const one of wanted) {
    const base = one.toLowerCase().split('-')[0]
    const known = languages.find((language) => language === base)
    if (known) return known
  }
  return 'en'
}

export async function loadStrings(language: Language): Promise<Strings> {
  switch (language) {
    case 'en':
      return en
    case 'de':
      return (await import('./de')).de
    case 'ar':
      return (await import('./ar')).ar
  }
}
