// Microphone, camera and screen, by the number of the request that opened them. A late grant is
// reported like any other; the core closes it if it no longer needs it.
import { constraintsFor } from './constraints'
import type {
  CloseMedia,
  Hardware,
  MeasureSound,
  MediaRequestId,
  OpenMedia,
  OpenScreen,
  SourceKind,
} from '../generated/phone'
import { createLevels } from './levels'
import { describeFailure, unavailable, type Failure } from './mediaErrors'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { hardwareId } from '../text'

export type Media = {
  open(effect: OpenMedia): void
  /** Must be called within a user gesture. */
  openScreen(effect: OpenScreen): void
  close(effect: CloseMedia): void
  measure(effect: MeasureSound): void
  /**
   * Returns a copy of a request's track, disabled until the caller enables it; undefined if the
   * request is closed. Each connection has its own copy, because one call may be muted while
   * another is not.
   */
  lend(request: MediaRequestId, source: SourceKind): MediaStreamTrack | undefined
  /** Ends a copy. It sends nothing from now on. */
  giveBack(copy: MediaStreamTrack): void
  /** Closes an unusable source and reports it as ended. */
  lose(request: MediaRequestId, source: SourceKind): void
  /** Camera or screen of a request as a stream for a video element; always the same stream. */
  picture(request: MediaRequestId): MediaStream | null
  closeAll(): void
  /** The number of tracks that capture. */
  count(): number
}

type Captured = {
  readonly tracks: Map<SourceKind, MediaStreamTrack>
  readonly lent: Map<MediaStreamTrack, SourceKind>
  readonly picture: MediaStream | null
}

/** `onOpened` is called after every grant, once for each granted source. */
export function createMedia(
  platform: Platform,
  shell: Shell,
  onOpened: (source: SourceKind) => void = () => undefined,
): Media {
  const captured = new Map<MediaRequestId, Captured>()
  const levels = createLevels(platform, shell)
  let over = false

  const end = ({ lent }: Captured, copy: MediaStreamTrack) => {
    if (!lent.delete(copy)) return
    ignore(copy)
    copy.stop()
  }

  const close = (request: MediaRequestId, source: SourceKind) => {
    const of = captured.get(request)
    const track = of?.tracks.get(source)
    if (!of || !track) return
    ignore(track)
    track.stop()
    for (const [copy, from] of [...of.lent]) if (from === source) end(of, copy)
    if (source === 'microphone') levels.forget(request)
    of.tracks.delete(source)
    if (of.tracks.size === 0) captured.delete(request)
  }

  const watch = (request: MediaRequestId, source: SourceKind, track: MediaStreamTrack) => {
    const silenced = (silenced: boolean) =>
      shell.report({ type: 'media_silenced', request, source, silenced })
    track.onmute = () => silenced(true)
    track.onunmute = () => silenced(false)
    track.onended = () => lose(request, source)
  }

  const ignore = (track: MediaStreamTrack) => {
    track.onended = track.onmute = track.onunmute = null
  }

  const lose = (request: MediaRequestId, source: SourceKind) => {
    if (!captured.get(request)?.tracks.has(source)) return
    close(request, source)
    shell.report({ type: 'media_ended', request, source })
  }

  const granted = (request: MediaRequestId, asked: readonly SourceKind[], stream: MediaStream) => {
    const tracks = new Map<SourceKind, MediaStreamTrack>()
    for (const track of stream.getTracks()) {
      const source = asked.find((one) => (one === 'microphone') === (track.kind === 'audio'))
      if (over || source === undefined || tracks.has(source)) {
        track.stop()
        continue
      }
      // Only copies are sent.
      if (source === 'microphone') track.enabled = false
      tracks.set(source, track)
      watch(request, source, track)
    }
    if (over) return
    const seen = tracks.get('camera') ?? tracks.get('screen')
    const picture = seen ? platform.createStream([seen]) : null
    if (tracks.size > 0) captured.set(request, { tracks, lent: new Map(), picture })
    shell.report({
      type: 'media_opened',
      request,
      ...hardwareOf('microphone', tracks),
      ...hardwareOf('camera', tracks),
    })
    for (const source of asked) {
      const track = tracks.get(source)
      // The browser granted the source but returned no track.
      if (!track) shell.report({ type: 'media_ended', request, source })
    }
    for (const [source, track] of [...tracks]) {
      onOpened(source)
      if (track.muted) shell.report({ type: 'media_silenced', request, source, silenced: true })
      // The track ended before a listener was added.
      if (track.readyState === 'ended') lose(request, source)
    }
  }

  const failed = (request: MediaRequestId, failure: Failure) => {
    if (!over) shell.report({ type: 'media_failed', request, ...failure })
  }

  /** Requests capture synchronously: browsers require the user gesture on the stack. */
  const capture = (
    request: MediaRequestId,
    sources: readonly SourceKind[],
    ask: (() => Promise<MediaStream>) | undefined,
  ) => {
    new Promise<MediaStream>((resolve) => {
      if (!ask) throw unavailable(platform)
      resolve(ask())
    }).then(
      (stream) => granted(request, sources, stream),
      async (thrown: unknown) => failed(request, await describeFailure(platform, sources, thrown)),
    )
  }

  return {
    open(effect) {
      const { getUserMedia } = platform
      const sources = (['microphone', 'camera'] as const).filter((source) => effect[source])
      const ask = getUserMedia && (() => getUserMedia(constraintsFor(effect)))
      capture(effect.request, sources, ask)
    },
    openScreen({ request }) {
      const { getDisplayMedia } = platform
      const ask = getDisplayMedia && (() => getDisplayMedia({ video: true, audio: false }))
      capture(request, ['screen'], ask)
    },
    close: ({ request, source }) => close(request, source),
    measure({ request }) {
      const track = captured.get(request)?.tracks.get('microphone')
      if (track) levels.measure(request, track)
    },
    lend(request, source) {
      const of = captured.get(request)
      const copy = of?.tracks.get(source)?.clone()
      if (!of || !copy) return undefined
      copy.enabled = false
      // A copy ends with its device, and some browsers report the copy first.
      watch(request, source, copy)
      of.lent.set(copy, source)
      return copy
    },
    giveBack(copy) {
      for (const of of captured.values()) end(of, copy)
    },
    lose,
    picture(request) {
      const of = captured.get(request)
      return of && (of.tracks.has('camera') || of.tracks.has('screen')) ? of.picture : null
    },
    closeAll() {
      over = true
      for (const [request, { tracks }] of [...captured]) {
        for (const source of [...tracks.keys()]) close(request, source)
      }
    },
    count: () =>
      [...captured.values()].reduce(
        (sum, { tracks, lent }) => sum + tracks.size + lent.size,
        levels.count(),
      ),
  }
}

/** The device of a track, as an entry of the report. */
function hardwareOf<Source extends 'microphone' | 'camera'>(
  source: Source,
  tracks: ReadonlyMap<SourceKind, MediaStreamTrack>,
): { readonly [Name in Source]?: Hardware } {
  const settings = tracks.get(source)?.getSettings()
  if (!settings) return {}
  const { deviceId = '', groupId = '' } = settings
  return { [source]: { device: hardwareId(deviceId), group: hardwareId(groupId) } } as {
    readonly [Name in Source]: Hardware
  }
}
