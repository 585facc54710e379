// Plays what the other side sends, and shows what this side captures.
import type { MediaRequestId, Parley, PeerConnectionId } from '@parley/client'
import { useEffect, useRef, type ComponentProps, type ReactElement, type RefObject } from 'react'
import { usePhone } from './parleyContext'
import { usePhoneValue } from './useParley'

type VideoProps = Omit<ComponentProps<'video'>, 'src' | 'autoPlay' | 'muted' | 'ref' | 'children'>

export type RemoteMediaProps = {
  /** The `connection` of a call. */
  readonly connection: PeerConnectionId | undefined
  /** `video` plays sound and picture, `audio` sound alone. */
  readonly kind: 'audio' | 'video'
  /** Whether a picture is sent. While it is not, nothing is left of the last one. */
  readonly shown?: boolean
  /** The element with the picture. */
  readonly pictureRef?: RefObject<HTMLVideoElement | null>
} & VideoProps

/**
 * Plays the remote media of a call; one for each call is enough. A browser that holds sound back until
 * a gesture is told to the phone: `soundBlocked` turns true, and `enableSound` starts it.
 *
 * Sound has an element of its own. In a video element it would wait for the first frame of the picture
 * (Chromium does), and in a call without cameras there never is one.
 */
export function RemoteMedia({
  connection,
  kind,
  shown = true,
  ...rest
}: RemoteMediaProps): ReactElement {
  const parley = usePhone()
  const stream = usePhoneValue((_, phone) => phone?.remoteStream(connection) ?? null)
  const sound = useRef<HTMLAudioElement>(null)

  useEffect(() => {
    if (!parley || !stream || !sound.current) return
    return play(sound.current, stream, parley)
  }, [parley, stream])

  useEffect(() => {
    const element = sound.current
    if (!parley || !element) return
    // Also when a device comes or goes: the chosen speaker may be the one.
    const route = () => void parley.devices.route(element)
    route()
    return parley.devices.onChange(route)
  }, [parley])

  return (
    <>
      {kind === 'video' && <Picture {...rest} stream={shown ? stream : null} />}
      <audio ref={sound} autoPlay />
    </>
  )
}

export type RemoteScreenProps = {
  /** The `connection` of a call. */
  readonly connection: PeerConnectionId | undefined
  /** Whether a screen is shared. While it is not, nothing is left of the last one. */
  readonly shown?: boolean
  /** The element with the picture. */
  readonly pictureRef?: RefObject<HTMLVideoElement | null>
} & VideoProps

/** Shows the screen that the other side shares; `RemoteMedia` plays what is said about it. */
export function RemoteScreen({
  connection,
  shown = true,
  ...rest
}: RemoteScreenProps): ReactElement {
  const stream = usePhoneValue((_, phone) => phone?.remoteScreen(connection) ?? null)
  return <Picture {...rest} stream={shown ? stream : null} />
}

export type LocalPictureProps = {
  /** The `camera.request` of a call, or its `screen.request`. */
  readonly request: MediaRequestId | undefined
} & VideoProps

/** Shows the own camera or screen, without a sound. Mirroring is left to the style sheet. */
export function LocalPicture({ request, ...rest }: LocalPictureProps): ReactElement {
  const stream = usePhoneValue((_, phone) => phone?.localPicture(request) ?? null)
  return <Picture {...rest} stream={stream} />
}

/** The picture of a stream. Without sound, so that no browser holds it back. */
function Picture({
  stream,
  pictureRef,
  ...rest
}: {
  readonly stream: MediaStream | null
  readonly pictureRef?: RefObject<HTMLVideoElement | null>
} & VideoProps): ReactElement {
  const own = useRef<HTMLVideoElement>(null)
  const element = pictureRef ?? own

  useEffect(() => {
    const video = element.current
    if (!video || !stream) return
    video.srcObject = stream
    return () => {
      video.srcObject = null
    }
  }, [element, stream])

  return <video {...rest} ref={element} autoPlay playsInline muted />
}

/** What counts as a gesture; on a touch screen, only when the finger is lifted. */
const gestures = ['pointerdown', 'pointerup', 'keydown'] as const

/** Holds a player for the next gesture, wherever it is, and for `enableSound`. */
function hold(start: () => void, parley: Parley): () => void {
  const release = parley.holdSound(start)
  for (const gesture of gestures) document.addEventListener(gesture, start)
  return () => {
    for (const gesture of gestures) document.removeEventListener(gesture, start)
    release()
  }
}

/** Plays a stream until the returned function is called; a blocked start is held for a gesture. */
function play(element: HTMLMediaElement, stream: MediaStream, parley: Parley): () => void {
  let over = false
  let release: (() => void) | undefined
  const start = () => {
    element.play().then(
      () => {
        release?.()
        release = undefined
      },
      (thrown: unknown) => {
        // Anything else is an element that was replaced or emptied meanwhile.
        const blocked = (thrown as { name?: unknown } | null)?.name === 'NotAllowedError'
        if (blocked && !over) release ??= hold(start, parley)
      },
    )
  }
  element.srcObject = stream
  start()
  return () => {
    over = true
    release?.()
    element.srcObject = null
  }
}
