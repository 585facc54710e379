// One RTCPeerConnection: carries out what the core asks of it and reports what came of it. Operations
// run one after the other, in the order the core gave them; muting does not wait for any of them.
import type {
  AddCandidate,
  CreateConnection,
  Feed,
  FeedConnection,
  MakeAnswer,
  MakeOffer,
  MediaRequestId,
  OperationId,
  PhoneEvent,
  SetRemoteDescription,
} from './generated/phone'
import type { IceServer, MediaKind } from './generated/wire'
import type { Media } from './media'
import type { Platform } from './platform'
import type { Shell } from './shell'
import { describeError } from './text'

export type Connection = {
  makeOffer(effect: MakeOffer): void
  makeAnswer(effect: MakeAnswer): void
  setRemoteDescription(effect: SetRemoteDescription): void
  addCandidate(effect: AddCandidate): void
  feed(effect: FeedConnection): void
  sampleStats(): void
  close(): void
  /** What the other side sends; nothing before its tracks are known. The same stream every time. */
  remoteStream(): MediaStream | null
}

type Wish = { readonly feed: Feed; readonly request: MediaRequestId }

export function createConnection(
  effect: CreateConnection,
  platform: Platform,
  media: Media,
  shell: Shell,
): Connection {
  const serial = effect.connection
  const log = (level: 'debug' | 'warning', text: string) =>
    shell.log(level, `connection ${serial}: ${text}`)

  const peer = open(effect.ice_servers, platform, log)
  // Sound and picture of one stream are played in step; the receiver knows them by its id.
  const together = platform.createStream([])
  const remote = platform.createStream([])
  const slots = new Map<MediaKind, RTCRtpTransceiver>()
  const wishes = new Map<MediaKind, Wish>()
  let over = false
  let rejectedCandidates = 0

  const report = (event: PhoneEvent) => {
    if (!over) shell.report(event)
  }

  peer.onicecandidate = ({ candidate }) => {
    // An empty candidate ends a generation, and null all of them; gathering_completed says both.
    if (!candidate?.candidate) return
    const { usernameFragment, sdpMid, sdpMLineIndex } = candidate
    report({
      type: 'candidate_gathered',
      connection: serial,
      ...(usernameFragment == null ? {} : { ufrag: usernameFragment }),
      candidate: {
        candidate: candidate.candidate,
        ...(sdpMid == null ? {} : { mid: sdpMid }),
        ...(sdpMLineIndex == null ? {} : { line_index: sdpMLineIndex }),
      },
    })
  }
  peer.onicegatheringstatechange = () => {
    if (peer.iceGatheringState !== 'complete') return
    report({ type: 'gathering_completed', connection: serial })
  }
  peer.onconnectionstatechange = () =>
    report({
      type: 'connection_state_changed',
      connection: serial,
      state: peer.connectionState,
    })
  peer.ontrack = ({ track }) => {
    remote.addTrack(track)
    shell.changed()
  }

  if (effect.offers_first) {
    for (const kind of ['audio', 'video'] as const) {
      slots.set(kind, peer.addTransceiver(kind, { direction: 'sendrecv', streams: [together] }))
    }
  }

  // ---- one after the other ----

  let last = Promise.resolve()
  const enqueue = (run: () => Promise<void>) => {
    last = last.then(() => (over ? undefined : run()))
  }
  const operate = (operation: OperationId, run: () => Promise<PhoneEvent>) =>
    enqueue(async () => {
      try {
        report(await run())
      } catch (thrown) {
        const error = describeError(thrown)
        report({ type: 'operation_failed', connection: serial, operation, ...error })
      }
    })

  /** Takes the transceivers of an offer, and makes those we use send as well as receive. */
  const takeSlots = async () => {
    for (const transceiver of peer.getTransceivers()) {
      const kind = transceiver.receiver.track.kind === 'video' ? 'video' : 'audio'
      if (slots.has(kind)) continue
      transceiver.direction = 'sendrecv'
      // Missing in older browsers, which then only lose the exact step of sound and picture.
      const sender: { setStreams?: (stream: MediaStream) => void } = transceiver.sender
      sender.setStreams?.(together)
      slots.set(kind, transceiver)
    }
    for (const kind of slots.keys()) await attach(kind)
  }

  /** Gives a sender the track that is wanted by the time it is its turn. */
  const attach = async (kind: MediaKind) => {
    const sender = slots.get(kind)?.sender
    const wish = wishes.get(kind)
    if (!sender || !wish) return
    const track = wish.feed === 'none' ? null : (media.track(wish.request, kind) ?? null)
    if (sender.track === track) return
    try {
      await sender.replaceTrack(track)
    } catch (thrown) {
      log('warning', `${kind} could not be attached: ${describeError(thrown).name}`)
    }
  }

  const wish = (kind: MediaKind, feed: Feed, request: MediaRequestId) => {
    wishes.set(kind, { feed, request })
    const track = media.track(request, kind)
    if (track && feed !== 'none') track.enabled = feed === 'live'
    enqueue(() => attach(kind))
  }

  return {
    makeOffer: ({ operation, restart_ice: iceRestart }) =>
      operate(operation, async () => {
        const { sdp = '' } = await peer.createOffer({ iceRestart })
        await peer.setLocalDescription({ type: 'offer', sdp })
        return { type: 'local_description_set', connection: serial, operation, kind: 'offer', sdp }
      }),
    makeAnswer: ({ operation }) =>
      operate(operation, async () => {
        const { sdp = '' } = await peer.createAnswer()
        await peer.setLocalDescription({ type: 'answer', sdp })
        return { type: 'local_description_set', connection: serial, operation, kind: 'answer', sdp }
      }),
    setRemoteDescription: ({ operation, kind, sdp }) =>
      operate(operation, async () => {
        await peer.setRemoteDescription({ type: kind, sdp })
        await takeSlots()
        return { type: 'remote_description_set', connection: serial, operation }
      }),
    addCandidate: ({ ufrag, candidate }) =>
      enqueue(async () => {
        try {
          await peer.addIceCandidate({
            candidate: candidate.candidate,
            sdpMid: candidate.mid ?? null,
            sdpMLineIndex: candidate.line_index ?? null,
            usernameFragment: ufrag === '' ? null : ufrag,
          })
        } catch (thrown) {
          rejectedCandidates += 1
          log('debug', `candidate ${rejectedCandidates} rejected: ${describeError(thrown).name}`)
        }
      }),
    feed(effect) {
      wish('audio', effect.microphone, effect.microphone_request)
      wish('video', effect.camera, effect.camera_request)
    },
    sampleStats() {
      peer.getStats().then(
        (stats) => report({ type: 'stats_sampled', connection: serial, ...countersOf(stats) }),
        (thrown: unknown) => log('debug', `no statistics: ${describeError(thrown).name}`),
      )
    },
    close() {
      over = true
      peer.onicecandidate = peer.onicegatheringstatechange = null
      peer.onconnectionstatechange = peer.ontrack = null
      peer.close()
    },
    remoteStream: () => (remote.getTracks().length > 0 ? remote : null),
  }
}

/** Opens a connection; servers the browser does not take are left out, one by one. */
function open(
  servers: readonly IceServer[],
  platform: Platform,
  log: (level: 'warning', text: string) => void,
): RTCPeerConnection {
  const configure = (iceServers: RTCIceServer[]) =>
    platform.createConnection({ iceServers, bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' })
  const single = servers.flatMap(({ urls, username, credential }) =>
    urls.map((url): RTCIceServer => ({
      urls: url,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
  )
  try {
    return configure(single)
  } catch {
    const taken = single.filter((server) => {
      try {
        configure([server]).close()
        return true
      } catch (thrown) {
        log('warning', `an ICE server is left out: ${describeError(thrown).name}`)
        return false
      }
    })
    return configure(taken)
  }
}

/** Sums up what the core wants to know of a report (W3C webrtc-stats, 8.2). */
function countersOf(stats: RTCStatsReport): {
  readonly audio_packets_received: number
  readonly video_frames_decoded: number
} {
  let audio = 0
  let video = 0
  stats.forEach((entry: RTCStats) => {
    if (entry.type !== 'inbound-rtp') return
    const { kind, packetsReceived = 0, framesDecoded = 0 } = entry as RTCInboundRtpStreamStats
    if (kind === 'audio') audio += packetsReceived
    if (kind === 'video') video += framesDecoded
  })
  return { audio_packets_received: audio, video_frames_decoded: video }
}
