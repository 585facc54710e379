// Microphone and camera, by the number of the request that opened them. Late grants are reported like
// any other: the core closes what it wants no more.
import { createDevices, type Devices } from './devices'
import type { CloseMedia, MediaRequestId, OpenMedia } from './generated/phone'
import type { MediaKind } from './generated/wire'
import type { Platform } from './platform'
import type { Shell } from './shell'
import { describeError } from './text'

export type Media = {
  open(effect: OpenMedia): void
  close(effect: CloseMedia): void
  /** The track a request holds; nothing once it was closed. */
  track(request: MediaRequestId, kind: MediaKind): MediaStreamTrack | undefined
  /** The camera of a request as a stream for a video element; the same one every time. */
  picture(request: MediaRequestId): MediaStream | null
  closeAll(): void
  /** Tracks that capture. */
  count(): number
}

type Captured = {
  readonly tracks: Map<MediaKind, MediaStreamTrack>
  readonly picture: MediaStream | null
}

export function createMedia(
  platform: Platform,
  shell: Shell,
  devices: Pick<Devices, 'constraints'> = createDevices(platform),
): Media {
  const captured = new Map<MediaRequestId, Captured>()
  let over = false

  const close = (request: MediaRequestId, kind: MediaKind) => {
    const of = captured.get(request)
    const track = of?.tracks.get(kind)
    if (!of || !track) return
    track.onended = null
    track.stop()
    of.tracks.delete(kind)
    if (of.tracks.size === 0) captured.delete(request)
  }

  const granted = (request: MediaRequestId, stream: MediaStream) => {
    if (over) {
      for (const track of stream.getTracks()) track.stop()
      return
    }
    const tracks = new Map<MediaKind, MediaStreamTrack>()
    for (const track of stream.getTracks()) {
      const kind = kindOf(track)
      tracks.set(kind, track)
      track.onended = () => {
        close(request, kind)
        shell.report({ type: 'media_ended', request, kind })
      }
    }
    const camera = tracks.get('video')
    captured.set(request, { tracks, picture: camera ? platform.createStream([camera]) : null })
    shell.report({ type: 'media_opened', request })
  }

  const failed = (request: MediaRequestId, error: ReturnType<typeof describeError>) => {
    if (!over) shell.report({ type: 'media_failed', request, ...error })
  }

  return {
    open({ request, microphone, camera }) {
      if (!platform.getUserMedia) {
        const name = platform.isSecure ? 'NotSupportedError' : 'InsecureContextError'
        failed(request, { name, message: 'navigator.mediaDevices is missing' })
        return
      }
      platform.getUserMedia(devices.constraints(microphone, camera)).then(
        (stream) => granted(request, stream),
        (thrown: unknown) => failed(request, describeError(thrown)),
      )
    },
    close: ({ request, kind }) => close(request, kind),
    track: (request, kind) => captured.get(request)?.tracks.get(kind),
    picture(request) {
      const of = captured.get(request)
      return of?.tracks.has('video') ? of.picture : null
    },
    closeAll() {
      over = true
      for (const [request, { tracks }] of [...captured]) {
        for (const kind of [...tracks.keys()]) close(request, kind)
      }
    },
    count: () => [...captured.values()].reduce((sum, { tracks }) => sum + tracks.size, 0),
  }
}

function kindOf(track: MediaStreamTrack): MediaKind {
  return track.kind === 'video' ? 'video' : 'audio'
}
