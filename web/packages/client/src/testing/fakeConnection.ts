import { FakeTrack } from './fakeTrack'

type Slow = { readonly name: string; readonly settle: (error?: Error) => void }

/** A peer connection whose operations end when the test decides. Keeps a log of the calls. */
export class FakeConnection {
  readonly calls: string[] = []
  /** Operations that were started and have not ended. */
  readonly pending: Slow[] = []
  /** While true, the test ends operations; otherwise they end by themselves, in order. */
  holds = false
  /** A connection accepts no server with this URL, as in a browser. */
  static malformedUrl = 'turn:broken:url'

  connectionState: RTCPeerConnectionState = 'new'
  /** Set by the test; calls do not change it. */
  signalingState: RTCSignalingState = 'stable'
  iceGatheringState: RTCIceGatheringState = 'new'
  onicecandidate: ((event: { candidate: Partial<RTCIceCandidate> | null }) => void) | null = null
  onicegatheringstatechange: (() => void) | null = null
  onconnectionstatechange: (() => void) | null = null
  ontrack: ((event: { track: FakeTrack }) => void) | null = null
  readonly transceivers: FakeTransceiver[] = []
  readonly channel = new FakeChannel()
  configuration: RTCConfiguration
  stats: readonly object[] = []
  offers = 0

  constructor(configuration: RTCConfiguration) {
    validate(configuration)
    this.configuration = configuration
  }

  setConfiguration(configuration: RTCConfiguration): void {
    for (const policy of ['bundlePolicy', 'rtcpMuxPolicy'] as const) {
      if (configuration[policy] === this.configuration[policy]) continue
      throw new DOMException(`${policy} changed`, 'InvalidModificationError')
    }
    validate(configuration)
    this.configuration = configuration
    this.calls.push('setConfiguration')
  }

  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init, this)
    this.transceivers.push(transceiver)
    return transceiver
  }

  createDataChannel(label: string, init: RTCDataChannelInit): FakeChannel {
    this.channel.createdAs.push({ label, ...init })
    return this.channel
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers
  }

  createOffer({ iceRestart = false }: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    this.offers += 1
    const sdp = `offer ${this.offers}`
    return this.run(`createOffer${iceRestart ? ' restart' : ''}`, { type: 'offer', sdp })
  }

  createAnswer(): Promise<RTCSessionDescriptionInit> {
    const directions = this.transceivers.map(({ direction }) => direction).join(' ')
    return this.run('createAnswer', { type: 'answer', sdp: `answer ${directions}` })
  }

  setLocalDescription({ type }: RTCSessionDescriptionInit): Promise<void> {
    return this.run(`setLocalDescription ${type}`)
  }

  setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit): Promise<void> {
    // An offer brings transceivers, which a browser creates as recvonly.
    if (type === 'offer' && this.transceivers.length === 0) {
      for (const kind of ['audio', 'video', 'video'] as const) {
        this.addTransceiver(kind, { direction: 'recvonly' })
      }
      this.bringsTracks()
    }
    if (sdp === 'nonsense') return this.fail(`setRemoteDescription ${type}`, 'OperationError')
    return this.run(`setRemoteDescription ${type}`)
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (candidate.candidate === 'nonsense') return this.fail('addIceCandidate', 'OperationError')
    return this.run(`addIceCandidate ${candidate.candidate ?? ''}`.trim())
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map(this.stats.map((entry, index) => [String(index), entry])))
  }

  close(): void {
    this.calls.push('close')
    this.connectionState = 'closed'
  }

  /** Announces the tracks of all transceivers, as a remote description does. */
  bringsTracks(): void {
    for (const { receiver } of this.transceivers) this.ontrack?.({ track: receiver.track })
  }

  /** Reports a connection state. */
  changesState(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }

  async run<T>(name: string, value?: T): Promise<T> {
    this.calls.push(name)
    if (this.holds) {
      await new Promise<void>((resolve, reject) => {
        this.pending.push({
          name,
          settle: (error) => {
            if (error === undefined) resolve()
            else reject(error)
          },
        })
      })
    }
    return value as T
  }

  private async fail(call: string, name: string): Promise<never> {
    this.calls.push(call)
    return Promise.reject(Object.assign(new Error('as the test wants it'), { name }))
  }
}

function validate(configuration: RTCConfiguration): void {
  const urls = configuration.iceServers?.map((server) => server.urls) ?? []
  if (urls.includes(FakeConnection.malformedUrl)) {
    throw new DOMException('is not a valid URL', 'SyntaxError')
  }
}

class FakeChannel {
  readonly createdAs: object[] = []
  readonly sent: string[] = []
  readyState: RTCDataChannelState = 'connecting'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null

  send(text: string): void {
    this.sent.push(text)
  }

  opens(): void {
    this.readyState = 'open'
    this.onopen?.()
  }

  says(data: unknown): void {
    this.onmessage?.({ data })
  }
}

class FakeTransceiver {
  direction: RTCRtpTransceiverDirection
  mid: string | null
  readonly receiver: { readonly track: FakeTrack }
  readonly sender: {
    track: FakeTrack | null
    streams: unknown[]
    replaceTrack(track: FakeTrack | null): Promise<void>
    setStreams(...streams: unknown[]): void
    getParameters(): object
    setParameters(parameters: object, options?: object): Promise<void>
  }

  constructor(kind: 'audio' | 'video', init: RTCRtpTransceiverInit, of: FakeConnection) {
    this.direction = init.direction ?? 'sendrecv'
    this.mid = String(of.transceivers.length)
    this.receiver = { track: new FakeTrack(kind, `received ${this.mid}`) }
    this.sender = {
      track: null,
      streams: init.streams ?? [],
      async replaceTrack(track) {
        await of.run(`replaceTrack ${kind} ${track ? 'track' : 'null'}`)
        this.track = track
      },
      setStreams(...streams) {
        this.streams = streams
      },
      getParameters: () => ({ encodings: [{}] }),
      async setParameters(_, options) {
        await of.run(`setParameters ${kind} ${JSON.stringify(options)}`)
      },
    }
  }
}
