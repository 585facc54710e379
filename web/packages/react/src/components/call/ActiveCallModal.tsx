import type { CallId, CallView, SourceKind } from '@parley/client'
import { useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'

import { useStrings } from '../../strings/StringsContext'
import { useDuration } from '../../useDuration'
import { useMediaSession } from '../../useMediaSession'
import { usePictureInPicture } from '../../usePictureInPicture'
import { useWakeLock } from '../../useWakeLock'
import { useWebRTC, type WebRTC } from '../../useWebRTC'
import { Avatar } from '../elements/Avatar'
import { Button, IconButton } from '../elements/Button'
import { CallFoot, canShareScreens } from './CallFoot'
import type { Rating } from './CallRating'
import { DurationText } from '../elements/DurationText'
import { EndedActions } from './EndedActions'
import { hueOf, nameInSentence } from '../words/names'
import { PeerStatus } from './PeerStatus'
import { PersonName } from '../elements/PersonName'
import { QualityButton } from './QualityButton'
import { QualityWords } from './QualityWords'
import { RemotePictures } from './RemotePictures'
import { SelfPicture } from './SelfPicture'
import { shortcutKeys, shortcutOf } from '../controls/shortcuts'
import { isOn } from '../controls/sources'
import { StatusLine } from '../elements/StatusLine'
import { useDialog } from '../elements/useDialog'
import { useHiddenNotes } from './useHiddenNotes'
import { useQualityTrend } from './useQualityTrend'
import { useStagePictures } from './useStagePictures'
import { isHere, isLive } from '../words/wording'

export type ActiveCallModalProps = {
  /** Called with the person's rating of an ended call. Without it the person is not asked. */
  readonly onRate?: ((call: CallId, rating: Rating) => void) | undefined
}

/**
 * Shows the call on this device, from "calling" to its end, with its controls. Shows nothing
 * without a call. It fills the page until the person makes it small. Keys inside: M, V, S, H, and
 * Escape to make it small.
 */
export function ActiveCallModal({ onRate }: ActiveCallModalProps) {
  const phone = useWebRTC()
  if (!phone.call) return null
  return createPortal(
    <ActiveCall key={phone.call.call} call={phone.call} phone={phone} onRate={onRate} />,
    document.body,
  )
}

type ActiveCallProps = ActiveCallModalProps & { readonly call: CallView; readonly phone: WebRTC }

function ActiveCall({ call, phone, onRate }: ActiveCallProps) {
  const { call: strings } = useStrings()
  const stage = useRef<HTMLDivElement>(null)
  const ended = call.phase === 'ended'
  // A call that ended before it was shown is news only, so it is a small card.
  const [large, setLarge] = useState(!ended)
  const notes = useHiddenNotes()
  const duration = useDuration(call)
  const trend = useQualityTrend(call.quality)
  const pictures = useStagePictures(call)
  const { view, camera, screen } = pictures
  const pip = usePictureInPicture(camera.ref, screen.ref, view === 'words' ? undefined : view)

  const underAnother = phone.incoming !== undefined
  useDialog(stage, { open: large, onTop: !underAnother, over: ended })

  const onSwitch = (source: SourceKind, on: boolean) => {
    notes.showAbout(source)
    if (source === 'microphone') phone.setMicrophone(call.call, on)
    if (source === 'camera') phone.setCamera(call.call, on)
    if (source === 'screen') phone.setScreen(call.call, on)
  }

  useMediaSession(call, {
    onHangUp: () => phone.hangUp(call.call),
    onMicrophone: (on) => onSwitch('microphone', on),
    onCamera: (on) => onSwitch('camera', on),
  })
  useWakeLock(isHere(call) && (call.kind === 'video' || camera.shown || screen.shown))

  const onKeyDown = (event: KeyboardEvent) => {
    const shortcut = shortcutOf(event)
    if (shortcut === 'away') {
      // Escape never ends a call: it makes the call small, or closes an ended one.
      if (ended) phone.dismiss(call.call)
      else if (large) setLarge(false)
      return
    }
    if (ended || shortcut === undefined) return
    if (shortcut === 'microphone' || shortcut === 'camera') {
      onSwitch(shortcut, !isOn(call[shortcut]))
    } else if (isLive(call)) {
      if (shortcut === 'hold') phone.setHeld(call.call, !call.held)
      else if (canShareScreens()) onSwitch('screen', !isOn(call.screen))
    }
  }

  const classes = ['parley-stage', 'parley-call', `parley-hue-${hueOf(call.peer)}`]
  classes.push(large ? 'parley-call-large' : 'parley-call-small')
  if (view !== 'words') classes.push('parley-call-pictured')

  return (
    <div
      ref={stage}
      className={classes.join(' ')}
      data-phase={call.phase}
      data-view={view}
      data-picture={camera.shown ? 'on' : 'off'}
      role={large ? 'dialog' : 'region'}
      aria-modal={large && !underAnother ? true : undefined}
      aria-label={strings.callWith(nameInSentence(call.peer))}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {!ended && <RemotePictures call={call} pictures={pictures} />}

      <div className="parley-head">
        <Avatar party={call.peer} size="large" waiting={waits(call)} />
        <div className="parley-head-words">
          <h2 className="parley-head-name">
            <PersonName party={call.peer} />
          </h2>
          <StatusLine call={call} />
          {!ended && duration !== undefined && <DurationText milliseconds={duration} running />}
          <PeerStatus call={call} />
          <QualityWords call={call} />
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
            onRate={onRate && ((rating) => onRate(call.call, rating))}
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
          <div className="parley-corners">
            <IconButton
              icon={large ? 'minimise' : 'maximise'}
              label={large ? strings.minimise : strings.maximise}
              hint={large ? strings.minimiseHint : strings.maximise}
              shortcut={large ? shortcutKeys.away : undefined}
              onPress={() => setLarge(!large)}
            />
            <QualityButton quality={call.quality} trend={trend} />
            {pip.out !== undefined && (
              <IconButton
                icon="popOut"
                label={strings.pictureInPicture}
                hint={strings.pictureInPictureHint[pip.out ? 'on' : 'off']}
                pressed={pip.out}
                onPress={() => pip.setOut(!pip.out)}
              />
            )}
          </div>
          {showsSelf(call) && <SelfPicture call={call} me={phone.me} />}
          <CallFoot call={call} phone={phone} onSwitch={onSwitch} notes={notes} />
        </>
      )}
    </div>
  )
}

function waits({ phase }: CallView): boolean {
  return phase === 'calling' || phase === 'ringing'
}

/** Whether the own picture is shown: in a video call, and whenever a camera is on. */
function showsSelf(call: CallView): boolean {
  if (call.phase === 'ended' || call.held) return false
  return call.kind === 'video' || isOn(call.camera)
}
