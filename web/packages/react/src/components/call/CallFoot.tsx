import type { CallView, SourceKind } from '@parley/client'
import { useRef, useState } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { useDevices } from '../../useDevices'
import type { WebRTC } from '../../useWebRTC'
import { CallControls, type ControlMenu } from '../controls/CallControls'
import { CallNotes } from './CallNotes'
import { Icon } from '../elements/Icon'
import { OtherCalls } from './OtherCalls'
import { microphoneProof } from '../controls/proofs'
import { SharingBanner } from './SharingBanner'
import type { HiddenNotes } from './useHiddenNotes'
import { isHere, isLive } from '../words/wording'

export type CallFootProps = {
  readonly call: CallView
  readonly phone: WebRTC
  readonly onSwitch: (source: SourceKind, on: boolean) => void
  readonly notes: HiddenNotes
}

/** The lower end of the stage: notes, other calls and controls. */
export function CallFoot({ call, phone, onSwitch, notes }: CallFootProps) {
  const { call: strings } = useStrings()
  const [menu, setMenu] = useState<ControlMenu>()
  const devices = useDevices(`${call.microphone.device ?? ''} ${call.camera.device ?? ''}`)
  const foot = useRef<HTMLDivElement>(null)
  // The focused element is about to be removed. The focus goes to the call, because a held key does
  // nothing there.
  const keepFocus = () => foot.current?.closest<HTMLElement>('.parley-call')?.focus()
  const proof = microphoneProof(call.microphone, call.peer, strings)
  return (
    <div ref={foot} className="parley-foot">
      <div className="parley-foot-words">
        <CallNotes
          call={call}
          session={phone.session}
          soundBlocked={phone.soundBlocked}
          found={devices.found}
          memory={{
            ...notes,
            hide: (note) => {
              keepFocus()
              notes.hide(note)
            },
          }}
          onAllowSound={phone.enableSound}
          onSwitchOn={(source) => onSwitch(source, true)}
          onChooseMicrophone={() => setMenu('microphone')}
        />
        <SharingBanner
          screen={call.screen}
          onStop={() => {
            keepFocus()
            onSwitch('screen', false)
          }}
        />
        <OtherCalls
          calls={phone.calls.filter((one) => isHere(one) && one.call !== call.call)}
          onSwitch={(other) => phone.setHeld(other.call, false)}
          onHangUp={(other) => phone.hangUp(other.call)}
        />
        {proof !== undefined && (
          <div className="parley-muted-place">
            <p className="parley-muted">
              <Icon name="microphoneOff" />
              <span>{proof}</span>
            </p>
          </div>
        )}
      </div>
      <CallControls
        peer={call.peer}
        microphone={call.microphone}
        camera={call.camera}
        onMicrophone={(on) => onSwitch('microphone', on)}
        onCamera={(on) => onSwitch('camera', on)}
        onHangUp={() => phone.hangUp(call.call)}
        devices={devices}
        menu={menu}
        onMenu={setMenu}
        live={isLive(call)}
        screen={canShareScreens() ? call.screen : undefined}
        onScreen={(on) => onSwitch('screen', on)}
        held={call.held}
        onHold={(held) => phone.setHeld(call.call, held)}
      />
    </div>
  )
}

/** Mobile browsers and insecure pages can not share the screen. */
export function canShareScreens(): boolean {
  const { mediaDevices } = navigator as { readonly mediaDevices?: Partial<MediaDevices> }
  return typeof mediaDevices?.getDisplayMedia === 'function'
}
