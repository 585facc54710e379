import type { SourceView } from '@parley/client'

import type { CallStrings } from '../../strings/types'
import type { ControlButtonProps } from './ControlButton'
import { shortcutKeys } from './shortcuts'
import { isBroken, isOn } from './sources'

export type Extra = ControlButtonProps & { readonly key: string; readonly pressed: boolean }

export type ExtraProps = {
  /** Whether it can be switched already. Before, it only keeps its place. */
  readonly live: boolean
  /** Whether this side holds the call. */
  readonly held: boolean
  readonly onHold: (held: boolean) => void
  /** The screen of this side; undefined if the browser can't share one. */
  readonly screen?: SourceView | undefined
  readonly onScreen: (on: boolean) => void
}

/**
 * The controls besides microphone and camera. They are the same from the first ring to the end, so
 * that no button moves under a finger.
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
    // Hold stands out, because it keeps the two sides from hearing each other.
    look: held ? 'off' : 'on',
    pressed: held,
    disabled,
    onPress: () => onHold(!held),
  })
  return extras
}
