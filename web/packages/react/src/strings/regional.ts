// How a language is written where the person lives: 14:32 or 2:32 PM, 12 or ١٢.

/** The browser's own variant of a language; the language in general if it has none. */
export function regional(locale: string): string {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages
  return wanted.find((one) => one.startsWith(`${locale}-`)) ?? locale
}

/** A whole number, of two digits or more if asked for; without separators. */
export function numberText(count: number, locale: string, digits = 1): string {
  return formatOf(regional(locale), digits).format(count)
}

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${digits}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, { minimumIntegerDigits: digits, useGrouping: false })
  formats.set(key, made)
  return made
}
