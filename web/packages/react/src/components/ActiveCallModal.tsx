import type { CallView } from '@parley/client'
import { useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'

import { RemoteMedia } from '../RemoteMedia'
import { useStrings } from '../strings/StringsContext'
import { useDuration } from '../useDuration'
import { useMediaSession } from '../useMediaSession'
import { useWakeLock } from '../useWakeLock'
import { useWebRTC, type WebRTC } from '../useWebRTC'
import { Avatar } from './Avatar'
import { Button, IconButton } from './Button'
import { CallControls, isOn } from './CallControls'
import { CallNotes, type Source } from './CallNotes'
import { DurationText } from './DurationText'
import { EndedActions } from './EndedActions'
import { hueOf, nameInSentence } from './names'
import { OtherCalls } from './OtherCalls'
import { PeerStatus } from './PeerStatus'
import { PersonName } from './PersonName'
import { SelfPicture } from './SelfPicture'
import { shortcutKeys, shortcutOf } from './shortcuts'
import { StatusLine } from './StatusLine'
import { useDialog } from './useDialog'
import { usePictureFit } from './usePictureFit'
import { isHeld, isHere, isLive } from './wording'

/**
 * The call a person is in, from the first "calling" to how it ended; nothing while there is none. It
 * fills the page until it is made small.
 */
export function ActiveCallModal() {
  const phone = useWebRTC()
  if (!phone.call) return null
  return createPortal(
    <ActiveCall key={phone.call.call} call={phone.call} phone={phone} />,
    document.body,
  )
}

type ActiveCallProps = { readonly call: CallView; readonly phone: WebRTC }

function ActiveCall({ call, phone }: ActiveCallProps) {
  const { call: strings } = useStrings()
  const stage = useRef<HTMLDivElement>(null)
  const ended = call.phase === 'ended'
  // A call that was over before it could be looked at is news, not a room to be in.
  const [large, setLarge] = useState(!ended)
  const [hidden, setHidden] = useState<ReadonlySet<Source>>(new Set())
  const duration = useDuration(call)
  const fit = usePictureFit()

  const underAnother = phone.incoming !== undefined
  useDialog(stage, { open: large, onTop: !underAnother })

  const show = (source: Source) => setHidden(new Set([...hidden].filter((one) => one !== source)))
  const hide = (source: Source) => setHidden(new Set([...hidden, source]))
  const setMicrophone = (on: boolean) => {
    show('microphone')
    phone.setMicrophone(call.call, on)
  }
  const setCamera = (on: boolean) => {
    show('camera')
    phone.setCamera(call.call, on)
  }

  useMediaSession(call, {
    onHangUp: () => phone.hangUp(call.call),
    onMicrophone: setMicrophone,
    onCamera: setCamera,
  })
  useWakeLock(isHere(call) && (call.kind === 'video' || showsPicture(call)))

  const onKeyDown = (event: KeyboardEvent) => {
    const shortcut = shortcutOf(event)
    if (shortcut === 'away') {
      // Never hangs up: it makes room, or closes what is over.
      if (ended) phone.dismiss(call.call)
      else if (large) setLarge(false)
      return
    }
    if (ended) return
    if (shortcut === 'microphone') setMicrophone(!isOn(call.microphone))
    if (shortcut === 'camera') setCamera(!isOn(call.camera))
    if (shortcut === 'hold' && isLive(call)) phone.setHeld(call.call, !call.held)
  }

  const picture = showsPicture(call)
  const classes = ['parley-stage', 'parley-call', `parley-hue-${hueOf(call.peer)}`]
  classes.push(large ? 'parley-call-large' : 'parley-call-small')

  return (
    <div
      ref={stage}
      className={classes.join(' ')}
      data-phase={call.phase}
      data-picture={picture ? 'on' : 'off'}
      role={large ? 'dialog' : 'region'}
      aria-modal={large && !underAnother ? true : undefined}
      aria-label={strings.callWith(nameInSentence(call.peer))}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className="parley-remote" data-fit={fit.fit}>
        {!ended && (
          <RemoteMedia
            connection={call.connection}
            kind="video"
            className="parley-remote-video"
            aria-hidden={!picture}
            tabIndex={-1}
            onResize={fit.measure}
            onLoadedMetadata={fit.measure}
          />
        )}
      </div>

      <div className="parley-head">
        <Avatar party={call.peer} size="large" waiting={waits(call)} />
        <div className="parley-head-words">
          <h2 className="parley-head-name">
            <PersonName party={call.peer} />
          </h2>
          <StatusLine call={call} />
          {!ended && duration !== undefined && <DurationText milliseconds={duration} running />}
          <PeerStatus call={call} />
        </div>
        {call.held && isLive(call) && (
          <div className="parley-ended-actions">
            <Button look="primary" onPress={() => phone.setHeld(call.call, false)}>
              {strings.resume}
            </Button>
          </div>
        )}
        {ended && (
          <EndedActions
            call={call}
            onClose={() => phone.dismiss(call.call)}
            onCallAgain={() => {
              phone.dismiss(call.call)
              phone.dial(call.peer, call.kind)
            }}
          />
        )}
      </div>

      {!ended && (
        <>
          <div className="parley-corner">
            <IconButton
              icon={large ? 'minimise' : 'maximise'}
              label={large ? strings.minimise : strings.maximise}
              hint={large ? strings.minimiseHint : strings.maximise}
              shortcut={large ? shortcutKeys.away : undefined}
              onPress={() => setLarge(!large)}
            />
          </div>
          {showsSelf(call) && <SelfPicture call={call} me={phone.me} />}
          <div className="parley-foot">
            <CallNotes
              call={call}
              session={phone.session}
              soundBlocked={phone.soundBlocked}
              hidden={hidden}
              onAllowSound={phone.enableSound}
              onRetry={(source) => (source === 'camera' ? setCamera(true) : setMicrophone(true))}
              onHide={hide}
            />
            <OtherCalls
              calls={phone.calls.filter((one) => isHere(one) && one.call !== call.call)}
              onSwitch={(other) => phone.setHeld(other.call, false)}
              onHangUp={(other) => phone.hangUp(other.call)}
            />
            <CallControls
              microphone={call.microphone}
              camera={call.camera}
              onMicrophone={setMicrophone}
              onCamera={setCamera}
              onHangUp={() => phone.hangUp(call.call)}
              held={isLive(call) ? call.held : undefined}
              onHold={(held) => phone.setHeld(call.call, held)}
            />
          </div>
        </>
      )}
    </div>
  )
}

function waits({ phase }: CallView): boolean {
  return phase === 'calling' || phase === 'ringing'
}

function showsPicture(call: CallView): boolean {
  const sent = call.connection !== undefined && call.peer_status?.camera === 'on'
  return sent && isLive(call) && !isHeld(call)
}

/** Who shows a picture wants to see it, and in a video call what is missing. */
function showsSelf(call: CallView): boolean {
  if (call.phase === 'ended' || call.held) return false
  return call.kind === 'video' || isOn(call.camera)
}
