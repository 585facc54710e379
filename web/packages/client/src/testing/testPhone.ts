import { createCore } from '../core'
import type { CallId, MediaKind, Party, UserId } from '../generated/wire'
import { closeCodes } from '../generated/wire'
import { Parley } from '../phone'
import { FakePlatform } from './fakePlatform'
import { FakeSocket } from './fakeSocket'
import { LiveConnection } from './liveConnection'
import { loadCore, type CoreSource } from './loadCore'
import { playSilently } from './playback'
import { TestMedia } from './testMedia'
import { TestPeer, type PeerWorld } from './testPeer'
import { TestServer } from './testServer'

export type TestPhoneOptions = {
  /** The person who signs in. */
  readonly me?: Person
  /** A core.wasm other than that of this package. */
  readonly core?: CoreSource
  /** React's `act`: components draw a change before the test continues. */
  readonly act?: (work: () => Promise<void>) => PromiseLike<unknown>
}

/** A `Party` whose user can be any text. */
export type Person = { readonly user: string; readonly name: string }

type Work = () => void | Promise<void>

/**
 * More promise turns than any chain between two events. The longest chain, an offer with a request
 * for devices, takes about thirty.
 */
const SETTLED_AFTER_TURNS = 100
/** The phone notices media within a second, and missing media within ten. */
const NOTICED_WITHIN_MS = 15_000
const STEP_MS = 50

/** Starts a signed-out phone. Rejects if the core can't be found. */
export async function createTestPhone(options: TestPhoneOptions = {}): Promise<TestPhone> {
  // A fixed seed, so that a script always has the same result.
  const core = await createCore(await loadCore(options.core), 1)
  return new TestPhone((platform) => new Parley(core, platform, 'parley-test'), options)
}

/** A real phone in a world that the test controls. Time passes only in `advance`. */
export class TestPhone {
  /** The phone, for the provider. */
  readonly parley: Parley
  /** Microphones, cameras and the screen. */
  readonly media: TestMedia
  /** The other persons of all calls so far. */
  readonly peers: TestPeer[] = []
  readonly #platform: TestPlatform
  readonly #server: TestServer
  readonly #act: NonNullable<TestPhoneOptions['act']>
  readonly #stopPlaying: () => void
  #calls = 0

  constructor(
    createPhone: (platform: FakePlatform) => Parley,
    { me = { user: 'sam', name: 'Sam Okafor' }, act = (work) => work() }: TestPhoneOptions,
  ) {
    this.#act = act
    this.#platform = new TestPlatform((socket) => this.#server.connects(socket))
    this.#server = new TestServer(partyOf(me), this.#platform, {
      hears: (message) => this.#hears(message),
      calls: () => this.peers.flatMap((peer) => peer.snapshot(this.parley.device) ?? []),
    })
    this.media = new TestMedia(this.#platform, this.#run)
    this.#stopPlaying = playSilently()
    this.parley = createPhone(this.#platform)
  }

  /** The other person of the newest call. */
  get peer(): TestPeer {
    const peer = this.peers.at(-1)
    if (!peer) throw new Error('There is no call yet.')
    return peer
  }

  // ---- the server ----

  /** Signs in, unless the app has done so, and waits until the phone is online. */
  async signedIn(): Promise<void> {
    this.#server.signsIn = true
    await this.#run(() => {
      const { session } = this.parley.view
      if (session === 'signed_out' || session === 'refused') this.parley.signIn('token of a test')
    })
    const { session } = this.parley.view
    if (session !== 'online') throw new Error(`The phone is ${session}, not online.`)
  }

  /** A person calls the app. Returns this person; `peer` is the same. */
  async isCalledBy(person: Person, kind: MediaKind = 'audio'): Promise<TestPeer> {
    this.#calls += 1
    const digits = String(this.#calls).padStart(12, '0')
    const call = `01890000-0000-7000-8000-${digits}` as CallId
    const peer = this.#meet({ call, party: partyOf(person), kind, role: 'caller' })
    await this.#run(() => peer.begins(true))
    return peer
  }

  /**
   * Takes a person offline; by default everybody is online. A call to an offline person ends as
   * unreachable.
   */
  async goesOffline(user: string): Promise<void> {
    await this.#run(() => this.#server.setOnline(user as UserId, false))
  }

  async comesOnline(user: string): Promise<void> {
    await this.#run(() => this.#server.setOnline(user as UserId, true))
  }

  /** Breaks the socket and lets no other through until `reconnect`. Calls continue. */
  async loseSocket(): Promise<void> {
    await this.#run(() => {
      this.#server.reachable = false
      this.#server.drop()
    })
  }

  /** Lets sockets through again. Both sides then get the missed messages. */
  async reconnect(): Promise<void> {
    await this.#run(() => {
      this.#server.reachable = true
      this.#platform.wake()
    })
  }

  /** The server restarts: sessions are lost, calls are not. */
  async restartServer(): Promise<void> {
    await this.#run(() => {
      this.#server.forget()
      this.#server.drop(closeCodes.restarting)
    })
    await this.advance(1000)
  }

  /** The server refuses the token until `signedIn`. */
  async expireToken(): Promise<void> {
    await this.#run(() => {
      this.#server.signsIn = false
      this.#server.drop(closeCodes.notSignedIn)
    })
  }

  // ---- media and time ----

  /** Media arrives in every answered call. Time passes until the phone has noticed. */
  async mediaFlows(): Promise<void> {
    await this.#run(() => {
      const flowing = this.peers.filter((peer) => peer.setFlows(true))
      if (flowing.length === 0) throw new Error('There is no call that was answered.')
    })
    await this.#until(
      'become active',
      (phase) => phase !== 'connecting' && phase !== 'reconnecting',
    )
  }

  /** Media stops in every call. Time passes until the phone has noticed. */
  async mediaStops(): Promise<void> {
    await this.#run(() => {
      for (const peer of this.peers) peer.setFlows(false)
    })
    await this.#until('notice', (phase) => phase !== 'active')
  }

  /** Lets time pass for the phone and the server. Timers of the app are not affected. */
  async advance(ms: number): Promise<void> {
    await this.#run(() => this.#pass(ms))
  }

  /** Waits until everything has settled that needs no time. */
  async settled(): Promise<void> {
    await this.#run(() => undefined)
  }

  /** Closes the phone. */
  close(): void {
    this.parley.close()
    this.#stopPlaying()
  }

  readonly #run = async (work: Work): Promise<void> => {
    await this.#act(async () => {
      await work()
      await turns()
    })
  }

  async #pass(ms: number): Promise<void> {
    const endMs = this.#platform.now() + ms
    for (;;) {
      const dueMs = Math.min(this.#platform.dueMs() ?? Infinity, endMs)
      this.#platform.advance(Math.max(0, dueMs - this.#platform.now()))
      await turns()
      if (this.#platform.now() >= endMs && (this.#platform.dueMs() ?? Infinity) > endMs) return
    }
  }

  async #until(what: string, holds: (phase: string) => boolean): Promise<void> {
    const everywhere = () => this.parley.view.calls.every(({ phase }) => holds(phase))
    await this.#run(async () => {
      for (let passed = 0; !everywhere(); passed += STEP_MS) {
        if (passed >= NOTICED_WITHIN_MS) throw new Error(`A call did not ${what}.`)
        await this.#pass(STEP_MS)
      }
    })
  }

  #hears(message: Parameters<TestPeer['hears']>[0]): void {
    const known = this.peers.find(({ call }) => call === message.call)
    if (known) return known.hears(message)
    if (message.type !== 'invite') return
    const { call, callee: user, kind } = message
    // The invite has no name of the callee; the view has it.
    const name = this.parley.view.calls.find((one) => one.call === call)?.peer.name ?? user
    const peer = this.#meet({ call, party: { user, name }, kind, role: 'callee' })
    peer.begins(this.#server.isOnline(user))
  }

  #meet(call: ConstructorParameters<typeof TestPeer>[0]): TestPeer {
    const world: PeerWorld = {
      tell: (message) => this.#server.tell(message),
      nowMs: () => this.#server.nowMs(),
      connectionOf: (sdp) => this.#platform.connectionOf(sdp),
      run: this.#run,
    }
    const peer = new TestPeer(call, world)
    this.peers.push(peer)
    return peer
  }
}

/** A browser whose sockets reach the test's server and whose connections have counters. */
class TestPlatform extends FakePlatform {
  readonly #live: LiveConnection[] = []
  readonly #opened: (socket: FakeSocket) => void

  constructor(opened: (socket: FakeSocket) => void) {
    super()
    this.#opened = opened
  }

  override openSocket(): WebSocket {
    const socket = new FakeSocket()
    this.sockets.push(socket)
    queueMicrotask(() => {
      // The socket may be closed already.
      if (socket.readyState === 0) this.#opened(socket)
    })
    return socket as unknown as WebSocket
  }

  override createConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const name = `connection-${this.#live.length + 1}`
    const connection = new LiveConnection(configuration, name, () => this.now())
    this.#live.push(connection)
    this.connections.push(connection)
    return connection as unknown as RTCPeerConnection
  }

  connectionOf(sdp: string): LiveConnection | undefined {
    return this.#live.find((connection) => connection.made(sdp))
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < SETTLED_AFTER_TURNS; ++turn) await Promise.resolve()
}

function partyOf({ user, name }: Person): Party {
  return { user: user as UserId, name }
}
