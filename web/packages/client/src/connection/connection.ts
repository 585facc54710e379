// One RTCPeerConnection: carries out what the core asks of it and reports what came of it. Operations
// run one after the other, in the order the core gave them; muting does not wait for any of them.
import { countersOf } from './counters'
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
  SendDirect,
  SetRemoteDescription,
  SourceKind,
} from '../generated/phone'
import { limits, type IceServer } from '../generated/wire'
import type { Media } from '../media/media'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type Connection = {
  makeOffer(effect: MakeOffer): void
  makeAnswer(effect: MakeAnswer): void
  setRemoteDescription(effect: SetRemoteDescription): void
  addCandidate(effect: AddCandidate): void
  feed(effect: FeedConnection): void
  sendDirect(effect: SendDirect): void
  sampleStats(): void
  close(): void
  /** Sound and camera of the other side; nothing before a track is known. The same stream every time. */
  remoteStream(): MediaStream | null
  /** The screen of the other side, likewise, whether or not it is shared just now. */
  remoteScreen(): MediaStream | null
}

/** The transceivers in the order of the description, which both sides keep to. */
const order = [
  ['microphone', 'audio'],
  ['camera', 'video'],
  ['screen', 'video'],
] as const satisfies readonly (readonly [SourceKind, string])[]

/** What is sent of a request: a copy of its track, of this connection alone. */
type Copy = { readonly request: MediaRequestId; readonly track: MediaStreamTrack }

/** Something that takes its time. Those that the core asked for by number can be given up. */
type Job = {
  readonly operation?: OperationId
  /** Never rejects. `wanted` says whether it is still to go on. */
  readonly run: (wanted: () => boolean) => Promise<void>
}

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
  const sent = { microphone: together, camera: together, screen: platform.createStream([]) }
  const remote = platform.createStream([])
  const remoteScreen = platform.createStream([])
  // Made by both sides alike, so that neither has to announce it.
  const direct = peer.createDataChannel('direct', { negotiated: true, id: 0 })
  const slots = new Map<SourceKind, RTCRtpTransceiver>()
  const copies = new Map<SourceKind, Copy>()
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
    // The tracks of an offer are known before it counts as applied.
    takeSlots()
    const isScreen = slots.get('screen')?.receiver.track === track
    const stream = isScreen ? remoteScreen : remote
    stream.addTrack(track)
    shell.changed()
  }

  direct.onopen = () => report({ type: 'direct_opened', connection: serial })
  direct.onmessage = ({ data }: MessageEvent<unknown>) => {
    // The other side may be anybody: what is too long to be a message never reaches the core.
    if (typeof data !== 'string' || data.length > limits.maxDirectBytes) return
    report({ type: 'direct_received', connection: serial, text: data })
  }

  /** Takes the transceivers of an offer, and makes those we use send as well as receive. */
  const takeSlots = () => {
    const taken = new Set(slots.values())
    for (const transceiver of peer.getTransceivers()) {
      if (taken.has(transceiver)) continue
      const { kind } = transceiver.receiver.track
      const source = order.find(([free, of]) => of === kind && !slots.has(free))?.[0]
      if (!source) continue
      transceiver.direction = 'sendrecv'
      // Missing in older browsers, which then only lose the exact step of sound and picture.
      const sender: { setStreams?: (stream: MediaStream) => void } = transceiver.sender
      sender.setStreams?.(sent[source])
      slots.set(source, transceiver)
    }
  }

  if (effect.offers_first) {
    for (const [source, kind] of order) {
      const streams = [sent[source]]
      slots.set(source, peer.addTransceiver(kind, { direction: 'sendrecv', streams }))
    }
  }

  // ---- one after the other ----

  let waiting: Job[] = []
  let running: Job | undefined
  const goOn = () => {
    if (over || running) return
    const job = waiting.shift()
    if (!job) return
    running = job
    const wanted = () => !over && running === job
    void job.run(wanted).then(() => {
      // One that was given up has been replaced already.
      if (running !== job) return
      running = undefined
      goOn()
    })
  }
  const enqueue = (run: () => Promise<void>) => {
    waiting.push({ run })
    goOn()
  }
  /** Runs an operation; `afresh` is not to wait for those before it, of which nothing more is done. */
  const operate = (
    operation: OperationId,
    afresh: boolean,
    run: (wanted: () => boolean) => Promise<PhoneEvent | undefined>,
  ) => {
    const job: Job = {
      operation,
      run: async (wanted) => {
        try {
          if (afresh) await rollBack(peer)
          const event = wanted() ? await run(wanted) : undefined
          if (event && wanted()) report(event)
        } catch (thrown) {
          const error = describeError(thrown)
          if (wanted())
            report({ type: 'operation_failed', connection: serial, operation, ...error })
        }
      },
    }
    if (afresh) {
      waiting = [job, ...waiting.filter((other) => other.operation === undefined)]
      running = undefined
    } else {
      waiting.push(job)
    }
    goOn()
  }

  /** Gives a sender the track that is wanted by the time it is its turn. */
  const attach = async (source: SourceKind) => {
    const sender = slots.get(source)?.sender
    const copy = copies.get(source)
    const track = copy?.track ?? null
    if (!sender || sender.track === track) return
    try {
      await sender.replaceTrack(track)
    } catch (thrown) {
      if (over) return
      log('warning', `${source} could not be attached: ${describeError(thrown).name}`)
      // What nobody gets must not be shown as sent.
      if (copy && copies.get(source) === copy) media.lose(copy.request, source)
    }
  }

  const giveBack = (source: SourceKind) => {
    const copy = copies.get(source)
    copies.delete(source)
    if (copy) media.giveBack(copy.track)
  }

  /** All that decides what is heard happens at once: the sender gets its turn one packet later. */
  const wish = (source: SourceKind, feed: Feed, request: MediaRequestId) => {
    if (feed === 'none' || copies.get(source)?.request !== request) giveBack(source)
    if (feed !== 'none' && !copies.has(source)) {
      const track = media.lend(request, source)
      if (track) copies.set(source, { request, track })
    }
    const copy = copies.get(source)
    if (copy) copy.track.enabled = feed === 'live'
    enqueue(() => attach(source))
  }

  return {
    makeOffer: ({ operation, restart_ice: iceRestart, afresh }) =>
      operate(operation, afresh, async (wanted) => {
        const { sdp = '' } = await peer.createOffer({ iceRestart })
        if (!wanted()) return
        await peer.setLocalDescription({ type: 'offer', sdp })
        return { type: 'local_description_set', connection: serial, operation, kind: 'offer', sdp }
      }),
    makeAnswer: ({ operation }) =>
      operate(operation, false, async (wanted) => {
        const { sdp = '' } = await peer.createAnswer()
        if (!wanted()) return
        await peer.setLocalDescription({ type: 'answer', sdp })
        return { type: 'local_description_set', connection: serial, operation, kind: 'answer', sdp }
      }),
    setRemoteDescription: ({ operation, kind, sdp, afresh }) =>
      operate(operation, afresh, async (wanted) => {
        await peer.setRemoteDescription({ type: kind, sdp })
        if (!wanted()) return
        takeSlots()
        for (const source of slots.keys()) await attach(source)
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
      wish('microphone', effect.microphone, effect.microphone_request)
      wish('camera', effect.camera, effect.camera_request)
      wish('screen', effect.screen, effect.screen_request)
    },
    sendDirect({ text }) {
      // One that fails closes with its connection; the server tells the same.
      if (direct.readyState === 'open') direct.send(text)
    },
    sampleStats() {
      peer.getStats().then(
        (stats) =>
          report({
            type: 'stats_sampled',
            connection: serial,
            ...countersOf(stats, slots),
            state: peer.connectionState,
          }),
        (thrown: unknown) => log('debug', `no statistics: ${describeError(thrown).name}`),
      )
    },
    close() {
      over = true
      waiting = []
      for (const source of [...copies.keys()]) giveBack(source)
      peer.onicecandidate = peer.onicegatheringstatechange = null
      peer.onconnectionstatechange = peer.ontrack = null
      direct.onopen = direct.onmessage = null
      peer.close()
    },
    remoteStream: () => (remote.getTracks().length > 0 ? remote : null),
    remoteScreen: () => (remoteScreen.getTracks().length > 0 ? remoteScreen : null),
  }
}

/** Undoes the offer that is open, of whichever side; without one there is nothing to undo. */
async function rollBack(peer: RTCPeerConnection): Promise<void> {
  if (peer.signalingState === 'have-local-offer') {
    await peer.setLocalDescription({ type: 'rollback' })
  } else if (peer.signalingState === 'have-remote-offer') {
    await peer.setRemoteDescription({ type: 'rollback' })
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
