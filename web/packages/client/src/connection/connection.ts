// One RTCPeerConnection: carries out the core's effects and reports their results. Operations run
// one after the other, in the order of the core; muting does not wait for them.
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
  SetIceServers,
  SetRemoteDescription,
  SourceKind,
} from '../generated/phone'
import { limits, type IceServer } from '../generated/wire'
import type { Media } from '../media/media'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type Connection = {
  setIceServers(effect: SetIceServers): void
  makeOffer(effect: MakeOffer): void
  makeAnswer(effect: MakeAnswer): void
  setRemoteDescription(effect: SetRemoteDescription): void
  addCandidate(effect: AddCandidate): void
  feed(effect: FeedConnection): void
  sendDirect(effect: SendDirect): void
  makeKeyFrame(): void
  sampleStats(): void
  close(): void
  /**
   * Sound and camera of the other side, always the same stream; null before the first track is
   * known.
   */
  remoteStream(): MediaStream | null
  /** The screen of the other side, always the same stream, even while no screen is shared. */
  remoteScreen(): MediaStream | null
}

/** The transceivers in the order of the description. Both sides use this order. */
const order = [
  ['microphone', 'audio'],
  ['camera', 'video'],
  ['screen', 'video'],
] as const satisfies readonly (readonly [SourceKind, string])[]

/** What a request sends: a copy of its track that belongs to this connection. */
type Copy = { readonly request: MediaRequestId; readonly track: MediaStreamTrack }

/** A slow operation. The core can cancel an operation that has a number. */
type Job = {
  readonly operation?: OperationId
  /** Never rejects. `wanted` tells whether the operation should still continue. */
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

  const peer = withServers(effect.ice_servers, platform, log, (configuration) =>
    platform.createConnection(configuration),
  )
  // The receiver plays sound and picture in step if their tracks share a stream id.
  const together = platform.createStream([])
  const sent = { microphone: together, camera: together, screen: platform.createStream([]) }
  const remote = platform.createStream([])
  const remoteScreen = platform.createStream([])
  // Both sides create the channel with the same id, so it needs no negotiation.
  const direct = peer.createDataChannel('direct', { negotiated: true, id: 0 })
  const slots = new Map<SourceKind, RTCRtpTransceiver>()
  const copies = new Map<SourceKind, Copy>()
  let over = false
  let rejectedCandidates = 0

  const report = (event: PhoneEvent) => {
    if (!over) shell.report(event)
  }

  peer.onicecandidate = ({ candidate }) => {
    // An empty candidate ends one generation, null ends gathering; gathering_completed reports
    // both.
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
    // The tracks of an offer are known before the offer counts as applied.
    takeSlots()
    const isScreen = slots.get('screen')?.receiver.track === track
    const stream = isScreen ? remoteScreen : remote
    stream.addTrack(track)
    shell.changed()
  }

  direct.onopen = () => report({ type: 'direct_opened', connection: serial })
  direct.onmessage = ({ data }: MessageEvent<unknown>) => {
    // The peer is not trusted: the core never gets a text that is longer than a message can be.
    if (typeof data !== 'string' || data.length > limits.maxDirectBytes) return
    report({ type: 'direct_received', connection: serial, text: data })
  }

  /** Takes the transceivers of an offer and makes the used ones send as well as receive. */
  const takeSlots = () => {
    const taken = new Set(slots.values())
    for (const transceiver of peer.getTransceivers()) {
      if (taken.has(transceiver)) continue
      const { kind } = transceiver.receiver.track
      const source = order.find(([free, of]) => of === kind && !slots.has(free))?.[0]
      if (!source) continue
      transceiver.direction = 'sendrecv'
      // Older browsers do not have setStreams; sound and picture are then less exactly in step.
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

  // ---- one operation after the other ----

  let waiting: Job[] = []
  let running: Job | undefined
  const goOn = () => {
    if (over || running) return
    const job = waiting.shift()
    if (!job) return
    running = job
    const wanted = () => !over && running === job
    void job.run(wanted).then(() => {
      // A cancelled job has been replaced already.
      if (running !== job) return
      running = undefined
      goOn()
    })
  }
  const enqueue = (run: () => Promise<void>) => {
    waiting.push({ run })
    goOn()
  }
  /** Queues an operation. `afresh` cancels the operations before it and does not wait for them. */
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

  /** Gives the sender the track that is wanted at this moment. */
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
      // A source that no sender takes must not be shown as sent.
      if (copy && copies.get(source) === copy) media.lose(copy.request, source)
    }
  }

  const giveBack = (source: SourceKind) => {
    const copy = copies.get(source)
    copies.delete(source)
    if (copy) media.giveBack(copy.track)
  }

  /** Muting takes effect at once; the sender follows one packet later. */
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
    setIceServers(effect) {
      // Missing in older browsers, where the connection keeps the servers it has.
      const configurable: Partial<Pick<RTCPeerConnection, 'setConfiguration'>> = peer
      if (!configurable.setConfiguration) {
        log('warning', 'ICE servers are not renewed')
        return
      }
      try {
        withServers(effect.ice_servers, platform, log, (configuration) =>
          peer.setConfiguration({
            ...configuration,
            iceTransportPolicy: effect.relays_only ? 'relay' : 'all',
          }),
        )
      } catch (thrown) {
        log('warning', `ICE servers are not renewed: ${describeError(thrown).name}`)
      }
    },
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
      // A channel that fails closes with its connection; the server carries the same messages.
      if (direct.readyState === 'open') direct.send(text)
    },
    makeKeyFrame() {
      enqueue(async () => {
        for (const source of ['camera', 'screen'] as const) {
          const sender = slots.get(source)?.sender
          if (sender?.track) await makeKeyFrame(sender, log)
        }
      })
    },
    sampleStats() {
      peer.getStats().then(
        (stats) =>
          report({
            type: 'stats_sampled',
            connection: serial,
            at_ms: platform.now(),
            state: peer.connectionState,
            ...countersOf(stats, slots),
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

/** As in WebRTC Extensions, "RTCEncodingOptions". Browsers without it ignore the second argument. */
async function makeKeyFrame(
  sender: RTCRtpSender,
  log: (level: 'debug', text: string) => void,
): Promise<void> {
  const extended: {
    setParameters(parameters: RTCRtpSendParameters, options: object): Promise<void>
  } = sender
  const parameters = sender.getParameters()
  const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }))
  try {
    await extended.setParameters(parameters, { encodingOptions })
  } catch (thrown) {
    log('debug', `no key frame: ${describeError(thrown).name}`)
  }
}

/** Rolls back the open offer of either side; does nothing if there is none. */
async function rollBack(peer: RTCPeerConnection): Promise<void> {
  if (peer.signalingState === 'have-local-offer') {
    await peer.setLocalDescription({ type: 'rollback' })
  } else if (peer.signalingState === 'have-remote-offer') {
    await peer.setRemoteDescription({ type: 'rollback' })
  }
}

/** Configures a connection. Leaves out each server that the browser does not accept. */
function withServers<Configured>(
  servers: readonly IceServer[],
  platform: Platform,
  log: (level: 'warning', text: string) => void,
  configure: (configuration: RTCConfiguration) => Configured,
): Configured {
  const configurationOf = (iceServers: RTCIceServer[]): RTCConfiguration => ({
    iceServers,
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  })
  const single = servers.flatMap(({ urls, username, credential }) =>
    urls.map((url): RTCIceServer => ({
      urls: url,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
  )
  try {
    return configure(configurationOf(single))
  } catch {
    const taken = single.filter((server) => {
      try {
        platform.createConnection(configurationOf([server])).close()
        return true
      } catch (thrown) {
        log('warning', `an ICE server is left out: ${describeError(thrown).name}`)
        return false
      }
    })
    return configure(configurationOf(taken))
  }
}
