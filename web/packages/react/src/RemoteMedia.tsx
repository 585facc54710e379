// Components that play the media of the other side and show the own camera and screen.
import type { MediaRequestId, Parley, PeerConnectionId } from '@parley/client'
import { useEffect, useRef, type ComponentProps, type ReactElement, type RefObject } from 'react'
import { usePhone } from './parleyContext'
import { usePhoneValue } from './useParley'

type VideoProps = Omit<ComponentProps<'video'>, 'src' | 'autoPlay' | 'muted' | 'ref' | 'children'>

export type RemoteMediaProps = {
  /** The `connection` of a call. */
  readonly connection: PeerConnectionId | undefined
  /** `video` plays sound and picture, `audio` only sound. */
  readonly kind: 'audio' | 'video'
  /** Whether the other side sends a picture. If not, the last frame is removed. Default: true. */
  readonly shown?: boolean
  /** A ref for the video element. */
  readonly pictureRef?: RefObject<HTMLVideoElement | null>
} & VideoProps

/**
 * Plays the sound and the camera of the other side. Render it once per call, in every phase. It
 * plays on the chosen speaker.
 *
 * If the browser blocks sound until a gesture, `soundBlocked` becomes true. The sound starts with
 * the next gesture or with `enableSound`.
 *
 * Sound has an element of its own: in a video element it would wait for the first frame (Chromium),
 * which never comes in a call without cameras.
 *
 * @example
 * const { call } = useWebRTC()
 * if (!call) return null
 * const shown = call.peer_status?.camera === 'on'
 * return <RemoteMedia connection={call.connection} kind={call.kind} shown={shown} />
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
    // Also after a device change, because the chosen speaker may be back or gone.
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
  /** Whether the other side shares a screen. If not, the last frame is removed. Default: true. */
  readonly shown?: boolean
  /** A ref for the video element. */
  readonly pictureRef?: RefObject<HTMLVideoElement | null>
} & VideoProps

/**
 * Shows the screen of the other side, without sound; `RemoteMedia` plays the sound of the call.
 *
 * @example
 * const shown = call.peer_status?.screen === 'on'
 * return <RemoteScreen connection={call.connection} shown={shown} />
 */
export function RemoteScreen({
  connection,
  shown = true,
  ...rest
}: RemoteScreenProps): ReactElement {
  const stream = usePhoneValue((_, phone) => phone?.remoteScreen(connection) ?? null)
  return <Picture {...rest} stream={shown ? stream : null} />
}

export type LocalPictureProps = {
  /** The `camera.request` or the `screen.request` of a call. */
  readonly request: MediaRequestId | undefined
} & VideoProps

/**
 * Shows the own camera or screen, without sound. The picture is not mirrored; use a style for it.
 *
 * @example
 * <LocalPicture request={call.camera.request} />
 */
export function LocalPicture({ request, ...rest }: LocalPictureProps): ReactElement {
  const stream = usePhoneValue((_, phone) => phone?.localPicture(request) ?? null)
  return <Picture {...rest} stream={stream} />
}

/** A video element for a stream. It is muted, so that the browser does not block it. */
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

/** Events that allow sound; on a touch screen only the release of the finger does. */
const gestures = ['pointerdown', 'pointerup', 'keydown'] as const

/** Waits with a blocked player for the next gesture anywhere, and for `enableSound`. */
function hold(start: () => void, parley: Parley): () => void {
  const release = parley.holdSound(start)
  for (const gesture of gestures) document.addEventListener(gesture, start)
  return () => {
    for (const gesture of gestures) document.removeEventListener(gesture, start)
    release()
  }
}

/** Plays a stream until the returned function is called. A blocked start waits for a gesture. */
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
        // Any other error means that the element was replaced or emptied.
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
