import { FakeConnection } from './fakeConnection'

/** Which sources of the other side arrive. */
export type Heard = {
  readonly microphone: boolean
  readonly camera: boolean
  readonly screen: boolean
}

/** One sound packet every 20 ms and 30 frames a second, as browsers send them. */
const PACKET_MS = 20
const FRAME_MS = 1000 / 30
/** Sound energy per second of a person who talks at a tenth of full scale. */
const TALKING = 0.01

/** A peer connection whose counters grow with time while media flows. */
export class LiveConnection extends FakeConnection {
  flows = false
  /** Called when the counters are read. */
  heard: () => Heard = () => ({ microphone: true, camera: false, screen: false })
  readonly #name: string
  readonly #now: () => number
  #countedAtMs: number
  readonly #received = { packets: 0, energy: 0, camera: 0, screen: 0 }
  readonly #sent = { energy: 0, camera: 0, screen: 0 }
  #hasTracks = false

  /** Each description contains the name, so the test can find the connection of a description. */
  constructor(configuration: RTCConfiguration, name: string, now: () => number) {
    super(configuration)
    this.#name = name
    this.#now = now
    this.#countedAtMs = now()
  }

  made(sdp: string): boolean {
    return sdp.startsWith(`${this.#name} `)
  }

  /** Starts or stops the flow of media. */
  setFlows(flows: boolean): void {
    if (this.connectionState === 'closed') return
    this.flows = flows
    this.#countedAtMs = this.#now()
    this.changesState(flows ? 'connected' : 'disconnected')
  }

  override async createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    return this.#named(await super.createOffer(options))
  }

  override async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return this.#named(await super.createAnswer())
  }

  override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    await super.setRemoteDescription(description)
    // The tracks of an offer were announced with its transceivers.
    if (description.type === 'answer' && !this.#hasTracks) this.bringsTracks()
    this.#hasTracks = true
  }

  override getStats(): Promise<Map<string, object>> {
    this.#count()
    const [microphone, camera, screen] = this.transceivers
    this.stats = [
      {
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: this.#received.packets,
        totalAudioEnergy: this.#received.energy,
      },
      ...([camera, screen] as const).map((transceiver, index) => ({
        type: 'inbound-rtp',
        kind: 'video',
        mid: transceiver?.mid,
        framesDecoded: this.#received[index === 0 ? 'camera' : 'screen'],
      })),
      ...([camera, screen] as const).map((transceiver, index) => ({
        type: 'outbound-rtp',
        kind: 'video',
        mid: transceiver?.mid,
        framesSent: this.#sent[index === 0 ? 'camera' : 'screen'],
      })),
      {
        type: 'media-source',
        kind: 'audio',
        trackIdentifier: microphone?.sender.track?.id,
        totalAudioEnergy: this.#sent.energy,
      },
    ]
    return super.getStats()
  }

  #named({ type, sdp = '' }: RTCSessionDescriptionInit): RTCSessionDescriptionInit {
    return { type, sdp: `${this.#name} ${sdp}` }
  }

  #count(): void {
    const elapsedMs = this.#now() - this.#countedAtMs
    this.#countedAtMs = this.#now()
    if (!this.flows) return
    const heard = this.heard()
    const energy = (elapsedMs / 1000) * TALKING
    const frames = elapsedMs / FRAME_MS
    // Silence is sent as packets too.
    this.#received.packets += elapsedMs / PACKET_MS
    if (heard.microphone) this.#received.energy += energy
    if (heard.camera) this.#received.camera += frames
    if (heard.screen) this.#received.screen += frames
    const [microphone, camera, screen] = this.transceivers.map(({ sender: { track } }) =>
      track ? track.enabled && !track.muted && track.readyState === 'live' : false,
    )
    if (microphone) this.#sent.energy += energy
    if (camera) this.#sent.camera += frames
    if (screen) this.#sent.screen += frames
  }
}
