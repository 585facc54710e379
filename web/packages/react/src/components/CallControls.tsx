import type { SourceView } from '@parley/client'

import { useStrings } from '../strings/StringsContext'
import { Spinner } from './Button'
import { Icon, type IconName } from './Icon'
import { shortcutKeys } from './shortcuts'

export type CallControlsProps = {
  readonly microphone: SourceView
  readonly camera: SourceView
  readonly onMicrophone: (on: boolean) => void
  readonly onCamera: (on: boolean) => void
  readonly onHangUp: () => void
  /** Whether this side holds the call; left out where that can't be. */
  readonly held?: boolean | undefined
  readonly onHold?: (held: boolean) => void
}

/** Microphone, camera, hold and hang-up. Pressed means on. */
export function CallControls({
  microphone,
  camera,
  onMicrophone,
  onCamera,
  onHangUp,
  held,
  onHold,
}: CallControlsProps) {
  const { call } = useStrings()
  return (
    <div className="parley-controls" role="group" aria-label={call.controls}>
      <SourceButton
        source={microphone}
        icons={{ on: 'microphone', off: 'microphoneOff' }}
        label={call.microphone}
        hints={call.microphoneHint}
        shortcut={shortcutKeys.microphone}
        onSwitch={onMicrophone}
      />
      <SourceButton
        source={camera}
        icons={{ on: 'video', off: 'videoOff' }}
        label={call.camera}
        hints={call.cameraHint}
        shortcut={shortcutKeys.camera}
        onSwitch={onCamera}
      />
      {held !== undefined && (
        <button
          type="button"
          // Turned round: what stands out is what keeps the two from hearing each other.
          className={`parley-control parley-control-${held ? 'off' : 'on'}`}
          aria-pressed={held}
          aria-keyshortcuts={shortcutKeys.hold}
          title={call.holdHint[held ? 'on' : 'off']}
          onClick={() => onHold?.(!held)}
        >
          <span className="parley-control-face">
            <Icon name="hold" />
          </span>
          <span className="parley-control-label">{call.hold}</span>
        </button>
      )}
      <button type="button" className="parley-control parley-control-end" onClick={onHangUp}>
        <span className="parley-control-face">
          <Icon name="hangUp" />
        </span>
        <span className="parley-control-label">{call.hangUp}</span>
      </button>
    </div>
  )
}

type SourceButtonProps = {
  readonly source: SourceView
  readonly icons: Readonly<Record<'on' | 'off', IconName>>
  readonly label: string
  readonly hints: Readonly<Record<'on' | 'off', string>>
  readonly shortcut: string
  readonly onSwitch: (on: boolean) => void
}

function SourceButton({ source, icons, label, hints, shortcut, onSwitch }: SourceButtonProps) {
  const { call } = useStrings()
  const on = isOn(source)
  const state = on ? 'on' : 'off'
  const broken = source.state === 'unavailable'
  return (
    <button
      type="button"
      className={`parley-control parley-control-${state}`}
      aria-pressed={on}
      aria-busy={source.opening || undefined}
      aria-keyshortcuts={shortcut}
      title={source.opening ? call.opening : hints[state]}
      onClick={() => onSwitch(!on)}
    >
      <span className="parley-control-face">
        {source.opening ? <Spinner /> : <Icon name={icons[state]} />}
        {broken && <span className="parley-control-badge" aria-hidden="true" />}
      </span>
      <span className="parley-control-label">{label}</span>
    </button>
  )
}

/** A device that was asked for and can't be had is off: that is what the other side gets. */
export function isOn(source: SourceView): boolean {
  return source.wanted && source.state !== 'unavailable'
}
