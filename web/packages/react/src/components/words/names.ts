// Names can contain anything: markup, control characters, ten kilobytes. They are shown as text,
// cut to a length, and can't change the direction of the text around them.
import type { Party } from '@parley/client'

const LONGEST_NAME = 80
const HUES = 8

// Controls, zero-width and bidirectional formatting characters, line separators, the tags block,
// and lone surrogates. Joiners (200C, 200D) stay: emoji and several scripts need them.
const invisible =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

// More than three combining marks on a letter would paint over the text around it.
const piledMarks = /(\p{M}{3})\p{M}+/gu

/** The name of a person for display: one line, bounded, visible, never empty. */
export function displayName(party: Party, longest = LONGEST_NAME): string {
  return tidy(party.name, longest) || tidy(party.user, longest) || '?'
}

/** The name inside a sentence, for a screen reader or a window title. */
export function nameInSentence(party: Party): string {
  return displayName(party, 48)
}

/** The name inside a visible sentence, between marks that isolate its direction. */
export function isolatedName(party: Party): string {
  return isolated(nameInSentence(party))
}

/** A text between marks that isolate its direction. */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`
}

/** One or two characters for a person. */
export function initials(party: Party, locale: string): string {
  const words = displayName(party)
    .split(/[\s._\-@]+/u)
    .map(firstVisible)
    .filter((letter) => letter !== '')
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (first + last).toLocaleUpperCase(locale)
}

/** The hue of a person, one of eight; the same on every device. */
export function hueOf(party: Party): number {
  // FNV-1a: short, and stable across browsers.
  let hash = 0x811c9dc5
  for (const character of party.user.slice(0, 128)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES
}

function tidy(text: string, longest: number): string {
  // Cut before cleaning, so that a huge name takes no time; cut again to the requested length.
  const clean = text
    .slice(0, longest * 16)
    .replace(invisible, ' ')
    .replace(piledMarks, '$1')
    .replace(/\s+/gu, ' ')
    .trim()
  const characters = graphemes(clean, longest + 1)
  if (characters.length <= longest) return clean
  return `${characters.slice(0, longest).join('').trimEnd()}…`
}

function firstVisible(word: string): string {
  const [first = ''] = graphemes(word, 1)
  return /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(first) ? first : ''
}

function graphemes(text: string, atMost: number): string[] {
  const found: string[] = []
  for (const { segment } of segments(text)) {
    if (found.length === atMost) break
    found.push(segment)
  }
  return found
}

/** The characters as people see them; code points if the browser can't segment. */
function segments(text: string): Iterable<{ readonly segment: string }> {
  const { Segmenter } = Intl as { readonly Segmenter?: typeof Intl.Segmenter }
  return Segmenter === undefined
    ? Array.from(text, (segment) => ({ segment }))
    : new Segmenter().segment(text)
}
