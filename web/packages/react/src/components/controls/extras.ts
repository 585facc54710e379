import type { SourceView } from '@parley/client'

import type { CallStrings } from '../../strings/types'
import type { ControlButtonProps } from './ControlButton'
import { shortcutKeys } from './shortcuts'
import { isBroken, isOn } from './sources'

export type Extra = ControlButtonProps & { readonly key: string; readonly pressed: boolean }

export type ExtraProps = {
  /** Whether it can be switched yet: before, it only keeps its place. */
  readonly live: boolean
  /** Whether this side holds the call. */
  readonly held: boolean
  readonly onHold: (held: boolean) => void
  /** This side's screen; left out where browsers can't share any. */
  readonly screen?: SourceView | undefined
  readonly onScreen: (on: boolean) => void
}

/**
 * What of a call can be switched besides microphone and camera. It is the same from the first ring to the
 * end: nothing moves away under a finger that is about to press.
 */
export function extrasOf(
  { live, screen, onScreen, held, onHold }: ExtraProps,
  strings: CallStrings,
): readonly Extra[] {
  const disabled = !live
  const extras: Extra[] = []
  if (screen) {
    const shares = isOn(screen)
    extras.push({
      key: 'share',
      icon: 'share',
      label: strings.share,
      hint: live ? strings.shareHint[shares ? 'on' : 'off'] : strings.onceConnected,
      shortcut: live ? shortcutKeys.screen : undefined,
      look: shares ? 'active' : 'on',
      pressed: shares,
      disabled,
      busy: screen.opening,
      marked: isBroken(screen),
      onPress: () => onScreen(!shares),
    })
  }
  extras.push({
    key: 'hold',
    icon: 'hold',
    label: strings.hold,
    hint: live ? strings.holdHint[held ? 'on' : 'off'] : strings.onceConnected,
    shortcut: live ? shortcutKeys.hold : undefined,
    // What stands out is what keeps the two from hearing each other.
    look: held ? 'off' : 'on',
    pressed: held,
    disabled,
    onPress: () => onHold(!held),
  })
  return extras
}
