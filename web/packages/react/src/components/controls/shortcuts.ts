// The keys of a call. They work only inside the call, and never in a text field.
import type { KeyboardEvent } from 'react'

import { takesText } from '../elements/focus'

export type Shortcut = 'microphone' | 'camera' | 'screen' | 'hold' | 'away'

/** In the syntax of `aria-keyshortcuts`. */
export const shortcutKeys: Readonly<Record<Shortcut, string>> = {
  microphone: 'M',
  camera: 'V',
  screen: 'S',
  hold: 'H',
  away: 'Escape',
}

/** The shortcut of a key, if it has one. */
export function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  if (event.defaultPrevented || event.repeat || event.nativeEvent.isComposing) return undefined
  if (event.key === 'Escape') return 'away'
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  if (event.target instanceof Element && takesText(event.target)) return undefined
  switch (letterOf(event)) {
    case 'm':
      return 'microphone'
    case 'v':
      return 'camera'
    case 's':
      return 'screen'
    case 'h':
      return 'hold'
    default:
      return undefined
  }
}

/**
 * The Latin letter of a key. For a keyboard with another script, the letter of the key's position.
 */
function letterOf({ key, code }: KeyboardEvent): string {
  const latin = /^[a-z]$/i.test(key)
  // A key that writes another Latin letter or a sign counts as this character, whatever its
  // position.
  if (latin || !/^\p{L}\p{M}*$/u.test(key) || /\p{Script=Latin}/u.test(key))
    return key.toLowerCase()
  return code.replace(/^Key/, '').toLowerCase()
}
