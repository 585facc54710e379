import type { Party, SourceView } from '@parley/client'
import { useRef } from 'react'

import { useStrings } from '../../strings/StringsContext'
import type { DeviceState } from '../../useDevices'
import { ControlButton } from './ControlButton'
import { DeviceGroup } from './DeviceMenu'
import { extrasOf, type ExtraProps } from './extras'
import { Icon } from '../elements/Icon'
import { MenuButton, MenuEntry } from '../elements/Menu'
import { cameraProof, microphoneProof } from './proofs'
import { shortcutKeys } from './shortcuts'
import { isBroken, isOn, isSilenced } from './sources'
import { useFits } from './useFits'

/** The menus of the controls. */
export type ControlMenu = 'microphone' | 'camera' | 'more'

export type CallControlsProps = {
  /** The other person; the words about muting name them. */
  readonly peer: Party
  readonly microphone: SourceView
  readonly camera: SourceView
  readonly onMicrophone: (on: boolean) => void
  readonly onCamera: (on: boolean) => void
  readonly onHangUp: () => void
  /** The devices to choose from. Without it there are no device menus. */
  readonly devices?: DeviceState | undefined
  /** The open menu. At most one is open. */
  readonly menu: ControlMenu | undefined
  readonly onMenu: (menu: ControlMenu | undefined) => void
} & ExtraProps

/**
 * The controls of a call: microphone, camera, screen, hold, hang up. A pressed control is on. If
 * there is too little room, the less important ones move into a menu.
 */
export function CallControls(props: CallControlsProps) {
  const { peer, microphone, camera, onMicrophone, onCamera, onHangUp, devices, menu, onMenu } =
    props
  const { call: strings } = useStrings()
  const bar = useRef<HTMLDivElement>(null)
  const extras = extrasOf(props, strings)
  const roomy = useFits(bar, extras.length + 3)
  const opens = (which: ControlMenu) => (open: boolean) => onMenu(open ? which : undefined)
  return (
    <div
      ref={bar}
      className="parley-controls"
      role="group"
      aria-label={strings.controls}
      data-roomy={roomy}
    >
      <SourceControl
        kind="microphone"
        source={microphone}
        proof={microphoneProof(microphone, peer, strings)}
        devices={devices}
        open={menu === 'microphone'}
        onOpen={opens('microphone')}
        onSwitch={onMicrophone}
      />
      <SourceControl
        kind="camera"
        source={camera}
        proof={cameraProof(camera, peer, strings)}
        devices={devices}
        open={menu === 'camera'}
        onOpen={opens('camera')}
        onSwitch={onCamera}
      />
      {roomy && extras.map(({ key, ...extra }) => <ControlButton key={key} {...extra} />)}
      {!roomy && (
        <MenuButton
          open={menu === 'more'}
          onOpen={opens('more')}
          label={strings.more}
          hint={strings.moreHint}
          className="parley-control parley-control-on"
          face={
            <>
              <span className="parley-control-face">
                <Icon name="more" />
              </span>
              <span className="parley-control-label">{strings.more}</span>
            </>
          }
        >
          {extras.map(({ key, icon, label, shortcut, pressed, disabled = false, onPress }) => (
            <MenuEntry
              key={key}
              icon={icon}
              label={label}
              shortcut={shortcut}
              kind="checkbox"
              checked={pressed}
              disabled={disabled}
              onPress={onPress}
            />
          ))}
        </MenuButton>
      )}
      <ControlButton icon="hangUp" label={strings.hangUp} look="end" onPress={onHangUp} />
    </div>
  )
}

type SourceControlProps = {
  readonly kind: 'microphone' | 'camera'
  readonly source: SourceView
  /** While the source is off: the words about the proof that nothing is sent. */
  readonly proof: string | undefined
  readonly devices: DeviceState | undefined
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
  readonly onSwitch: (on: boolean) => void
}

const icons = {
  microphone: { on: 'microphone', off: 'microphoneOff' },
  camera: { on: 'video', off: 'videoOff' },
} as const

/** A switch, and beside it the menu of its devices. */
function SourceControl({
  kind,
  source,
  proof,
  devices,
  open,
  onOpen,
  onSwitch,
}: SourceControlProps) {
  const { call: strings } = useStrings()
  const on = isOn(source)
  const hint = strings[`${kind}Hint`][on ? 'on' : 'off']
  const speaks = kind === 'microphone' && devices?.devices?.choosesSpeaker === true
  return (
    <div className="parley-control-pair">
      <ControlButton
        icon={icons[kind][on && !isSilenced(source) ? 'on' : 'off']}
        label={strings[kind]}
        hint={source.opening ? strings.opening : withProof(hint, proof)}
        shortcut={shortcutKeys[kind]}
        look={on ? 'on' : 'off'}
        pressed={on}
        busy={source.opening}
        marked={isBroken(source)}
        onPress={() => onSwitch(!on)}
      />
      {devices && (
        <MenuButton
          open={open}
          onOpen={(next) => {
            if (next) devices.refresh()
            onOpen(next)
          }}
          label={strings.devices.choose[speaks ? 'microphoneAndSpeaker' : kind]}
          className="parley-control-menu"
          face={<Icon name="chevron" />}
        >
          <DeviceGroup kind={kind} state={devices} source={source} />
          {speaks && <DeviceGroup kind="speaker" state={devices} />}
        </MenuButton>
      )}
    </div>
  )
}

/** The proof is in the tooltip, so that its changes are not announced. */
function withProof(hint: string, proof: string | undefined): string {
  return proof === undefined ? hint : `${hint} – ${proof}`
}
