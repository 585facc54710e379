// What a microphone, a camera or a screen is to the person it belongs to.
import type { SourceView } from '@parley/client'

/** A device that was asked for and can't be had is off: that is what the other side gets. */
export function isOn({ wanted, state }: SourceView): boolean {
  return wanted && state !== 'unavailable' && state !== 'lost'
}

/** Whether it is switched on, and something else keeps it from being heard or seen. */
export function isSilenced(source: SourceView): boolean {
  return isOn(source) && source.state === 'silenced'
}

/** Whether something is wrong with it that its button should show. */
export function isBroken({ state }: SourceView): boolean {
  return state === 'unavailable' || state === 'lost' || state === 'silenced'
}
