import type { CallView } from '@parley/client'
import { useEffect, useEffectEvent } from 'react'

import { nameInSentence } from './components/words/names'
import { isOn } from './components/controls/sources'
import { useStrings } from './strings/StringsContext'

export type MediaSessionActions = {
  readonly onHangUp: () => void
  readonly onMicrophone: (on: boolean) => void
  readonly onCamera: (on: boolean) => void
}

/** Actions that only some browsers have. */
type CallSession = Pick<MediaSession, 'metadata'> & {
  setActionHandler(action: string, handler: (() => void) | null): void
  setMicrophoneActive?(on: boolean): void
  setCameraActive?(on: boolean): void
}

/** Lets the system's controls and the keys of a headset control the call. */
export function useMediaSession(call: CallView, actions: MediaSessionActions): void {
  const { call: strings, product } = useStrings()
  const here = call.phase !== 'ended'
  const microphone = isOn(call.microphone)
  const camera = isOn(call.camera)
  const title = strings.callWith(nameInSentence(call.peer))

  const press = useEffectEvent((action: (typeof names)[number]) => {
    if (action === 'hangup') actions.onHangUp()
    if (action === 'togglemicrophone') actions.onMicrophone(!microphone)
    if (action === 'togglecamera') actions.onCamera(!camera)
  })

  useEffect(() => {
    const session = mediaSession()
    if (!session || !here) return
    if (typeof MediaMetadata === 'function') {
      session.metadata = new MediaMetadata({ title, artist: product })
    }
    for (const name of names) handle(session, name, () => press(name))
    return () => {
      session.metadata = null
      for (const name of names) handle(session, name, null)
    }
  }, [here, title, product])

  useEffect(() => {
    if (!here) return
    mediaSession()?.setMicrophoneActive?.(microphone)
    mediaSession()?.setCameraActive?.(camera)
  }, [here, microphone, camera])
}

const names = ['hangup', 'togglemicrophone', 'togglecamera'] as const

function mediaSession(): CallSession | undefined {
  return (navigator as unknown as { readonly mediaSession?: CallSession }).mediaSession
}

function handle(session: CallSession, name: string, handler: (() => void) | null): void {
  try {
    session.setActionHandler(name, handler)
  } catch {
    // The browser does not have this action.
  }
}
