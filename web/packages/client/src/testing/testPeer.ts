import type { ErrorCode } from '../generated/errors'
import type {
  CallId,
  CallPhase,
  CallSnapshot,
  DeviceId,
  EndReason,
  LegStatus,
  MediaKind,
  Party,
  PeerDevice,
  PeerMessage,
  ServerMessage,
} from '../generated/wire'
import type { LiveConnection } from './liveConnection'
import type { CallMessage } from './testServer'
import { legStatus } from './views'

/** How a person answers; by default with the kind of the call. */
export type Answering = { readonly kind?: MediaKind }

/** The parts of the test's world that a peer uses. */
export type PeerWorld = {
  readonly tell: (message: ServerMessage) => void
  readonly nowMs: () => number
  /** The phone's connection that made a description. */
  readonly connectionOf: (sdp: string) => LiveConnection | undefined
  /** Runs an action and lets the app process it. */
  readonly run: (work: () => void) => Promise<void>
}

export type PeerCall = {
  readonly call: CallId
  readonly party: Party
  readonly kind: MediaKind
  /** `caller`: this person called the app. */
  readonly role: 'caller' | 'callee'
}

const DEVICE = '01890000-0000-4000-8000-00000000000d' as DeviceId
/** The default ringing time of the real server. */
const RING_MS = 45_000

/** The other person of one call, and that person's device. */
export class TestPeer implements PeerCall {
  readonly call: CallId
  readonly party: Party
  readonly kind: MediaKind
  readonly role: 'caller' | 'callee'
  readonly #world: PeerWorld
  #phase: CallPhase = 'ringing'
  #appRings = false
  #link = 0
  #round = 0
  #status = legStatus({ revision: 0 })
  #sees: LegStatus | undefined
  #connection: LiveConnection | undefined
  #connectedAtMs: number | undefined

  constructor({ call, party, kind, role }: PeerCall, world: PeerWorld) {
    this.call = call
    this.party = party
    this.kind = kind
    this.role = role
    this.#world = world
  }

  /** What the app has told this person about its microphone, camera and screen. */
  get sees(): LegStatus | undefined {
    return this.#sees
  }

  /** The phase of the call at the server. */
  get phase(): CallPhase {
    return this.#phase
  }

  /** Whether the app has reported that it rings. */
  get hearsRinging(): boolean {
    return this.#appRings
  }

  // ---- before an answer ----

  /** The phone of this person rings, on this many devices. */
  rings(devices = 1): Promise<void> {
    return this.#before('ring', () => this.#progress(devices, devices, false))
  }

  /** This person is in another call and gets a second one. */
  isInAnotherCall(): Promise<void> {
    return this.#before('be in another call', () => this.#progress(1, 1, true))
  }

  answers({ kind = this.kind }: Answering = {}): Promise<void> {
    return this.#before('answer', () => this.#accept(kind))
  }

  declines(): Promise<void> {
    return this.#before('decline', () => this.#end('declined'))
  }

  isBusy(): Promise<void> {
    return this.#before('be busy', () => this.#end('busy'))
  }

  doesNotAnswer(): Promise<void> {
    return this.#world.run(() => {
      this.#demand(this.#phase === 'ringing', 'leave a call unanswered that was answered')
      this.#end('no_answer')
    })
  }

  // ---- after an answer ----

  /** Ends the call. Before an answer the caller cancels it. */
  hangsUp(): Promise<void> {
    return this.#world.run(() => {
      const answered = this.#phase !== 'ringing'
      this.#demand(answered || this.role === 'caller', 'hang up before answering; they decline')
      this.#end(answered ? 'completed' : 'cancelled')
    })
  }

  /** The call fails with this error. */
  fails(failure: ErrorCode): Promise<void> {
    return this.#world.run(() => this.#end('failed', failure))
  }

  mutes(): Promise<void> {
    return this.says({ microphone: 'off' })
  }

  unmutes(): Promise<void> {
    return this.says({ microphone: 'on' })
  }

  turnsCameraOff(): Promise<void> {
    return this.says({ camera: 'off' })
  }

  turnsCameraOn(): Promise<void> {
    return this.says({ camera: 'on' })
  }

  holds(): Promise<void> {
    return this.says({ held: true })
  }

  resumes(): Promise<void> {
    return this.says({ held: false })
  }

  sharesScreen(): Promise<void> {
    return this.says({ sharing: true })
  }

  stopsSharing(): Promise<void> {
    return this.says({ sharing: false })
  }

  /** The counters of this person show that the muted sources of the app send nothing. */
  confirmsSilence(): Promise<void> {
    return this.says({ confirms: this.#sees?.revision ?? 0 })
  }

  /** Changes any other part of the status of this person's device. */
  says(change: Partial<LegStatus>): Promise<void> {
    return this.#world.run(() => {
      this.#demand(this.#isOn(), 'say what they send in a call that is not on')
      this.#say(change)
    })
  }

  /** The device of this person loses its signalling connection; media may continue. */
  losesTouch(): Promise<void> {
    return this.#device('lost')
  }

  reloads(): Promise<void> {
    return this.#device('reloading')
  }

  comesBack(): Promise<void> {
    return this.#device('connected')
  }

  // ---- used by the test phone ----

  /** @internal */
  begins(reachable: boolean): void {
    const { call, party, kind } = this
    if (this.role === 'caller') {
      const expires_at_ms = this.#world.nowMs() + RING_MS
      const told = { call, caller: party, kind, waiting: false, expires_at_ms }
      this.#world.tell({ type: 'incoming', ...told })
    } else if (reachable) {
      this.#progress(1, 0, false)
    } else {
      this.#end('unreachable')
    }
  }

  /** @internal */
  hears(message: CallMessage): void {
    if (this.#phase === 'ended') return
    switch (message.type) {
      case 'invite':
        return
      case 'ringing':
        this.#appRings = true
        return
      case 'accept':
        if (this.role === 'caller' && this.#phase === 'ringing') this.#accept(this.kind)
        return
      case 'join':
        return this.#accept(this.kind)
      case 'decline':
        return this.#end('declined')
      case 'hang_up':
        if (message.failure !== undefined) return this.#end('failed', message.failure)
        return this.#end(this.#phase === 'ringing' ? 'cancelled' : 'completed')
      case 'signal':
        if (message.link === this.#link) this.#negotiate(message.data as PeerMessage)
        return
      case 'status':
        this.#sees = message.status
        return
      case 'media':
        if (!message.flowing) return
        this.#phase = 'active'
        this.#connectedAtMs ??= this.#world.nowMs()
        return
    }
  }

  /** @internal Starts or stops the flow of media. Returns false if there is no connection. */
  setFlows(flows: boolean): boolean {
    if (!this.#isOn() || !this.#connection) return false
    this.#connection.setFlows(flows)
    return true
  }

  /** @internal */
  snapshot(device: DeviceId): CallSnapshot | undefined {
    if (this.#phase === 'ended') return undefined
    const answered = this.#isOn()
    return {
      call: this.call,
      direction: this.role === 'caller' ? 'incoming' : 'outgoing',
      peer: this.party,
      kind: this.kind,
      phase: this.#phase,
      expires_at_ms: this.#phase === 'active' ? 0 : this.#world.nowMs() + RING_MS,
      link: this.#link,
      ...(answered ? { device, peer_device: DEVICE, peer_status: this.#status } : {}),
      ...(this.#sees ? { status: this.#sees } : {}),
    }
  }

  #before(what: string, work: () => void): Promise<void> {
    return this.#world.run(() => {
      this.#demand(this.role === 'callee', `${what}: they are the caller`)
      this.#demand(this.#phase === 'ringing', `${what} in a call that is ${this.#phase}`)
      work()
    })
  }

  #demand(possible: boolean, what: string): void {
    if (!possible) throw new Error(`${this.party.name} can't ${what}.`)
  }

  #isOn(): boolean {
    return this.#phase === 'connecting' || this.#phase === 'active'
  }

  #progress(delivered: number, ringing: number, waiting: boolean): void {
    this.#world.tell({
      type: 'progress',
      call: this.call,
      delivered,
      ringing,
      waiting,
      quiet: false,
    })
  }

  #accept(kind: MediaKind): void {
    const { call, party: peer } = this
    const offers = this.role === 'callee'
    if (this.#phase === 'ringing') this.#phase = 'connecting'
    this.#link += 1
    this.#round = 0
    const told = { call, peer, peer_device: DEVICE, link: this.#link, offers }
    this.#world.tell({ type: 'accepted', ...told })
    this.#say({ camera: kind === 'video' ? 'on' : 'off' })
    if (!offers) this.#signal({ type: 'description', kind: 'offer', round: 1, sdp: 'their offer' })
  }

  #negotiate(message: PeerMessage): void {
    if (message.type !== 'description') return
    const connection = this.#world.connectionOf(message.sdp)
    if (connection) {
      this.#connection = connection
      connection.heard = () => this.#isHeard()
    }
    if (message.kind === 'answer' || message.round <= this.#round) return
    this.#round = message.round
    this.#signal({ ...message, kind: 'answer', sdp: 'their answer' })
  }

  /** On hold, neither side sends. */
  #isHeard() {
    const { microphone, camera, sharing, held } = this.#status
    const sends = !held && !this.#sees?.held
    return {
      microphone: sends && microphone === 'on',
      camera: sends && camera === 'on',
      screen: sends && sharing,
    }
  }

  #signal(data: PeerMessage): void {
    const { call } = this
    this.#world.tell({ type: 'signal', call, from: DEVICE, link: this.#link, data })
  }

  #say(change: Partial<LegStatus>): void {
    this.#status = { ...this.#status, ...change, revision: this.#status.revision + 1 }
    this.#world.tell({ type: 'peer_status', call: this.call, status: this.#status })
  }

  #device(state: PeerDevice): Promise<void> {
    return this.#world.run(() => {
      this.#demand(this.#isOn(), 'lose touch in a call that is not on')
      this.#world.tell({ type: 'peer_device', call: this.call, state })
    })
  }

  #end(reason: EndReason, failure?: ErrorCode): void {
    this.#demand(this.#phase !== 'ended', 'end a call that is over')
    this.#phase = 'ended'
    this.#connection = undefined
    this.#world.tell({
      type: 'ended',
      call: this.call,
      reason,
      ended_at_ms: this.#world.nowMs(),
      ...(failure === undefined ? {} : { failure }),
      ...(this.#connectedAtMs === undefined ? {} : { connected_at_ms: this.#connectedAtMs }),
    })
  }
}
