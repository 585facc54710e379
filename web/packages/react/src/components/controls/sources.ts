// The states of a source as the person sees them.
import type { SourceView } from '@parley/client'

/**
 * Whether the source sends. A wanted but unavailable device counts as off, because the other side
 * gets nothing.
 */
export function isOn({ wanted, state }: SourceView): boolean {
  return wanted && state !== 'unavailable' && state !== 'lost'
}

/** Whether the source is on but silenced outside of the page. */
export function isSilenced(source: SourceView): boolean {
  return isOn(source) && source.state === 'silenced'
}

/** Whether the source has a problem that its button shows. */
export function isBroken({ state }: SourceView): boolean {
  return state === 'unavailable' || state === 'lost' || state === 'silenced'
}
