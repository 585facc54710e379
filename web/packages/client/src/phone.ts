// A phone in a page: the call core, the code that carries out its effects, and a store from which
// an interface draws. The core makes all decisions; this code never looks at the state of a call.
import { createConnection, type Connection } from './connection/connection'
import { compileCore, createCore, type Core } from './core'
import { limits, type CallId, type DeviceId, type MediaKind } from './generated/wire'
import type { Party, UserId } from './generated/wire'
import {
  eventLimits,
  type CreateConnection,
  type LogLevel,
  type MakeAnswer,
  type MakeOffer,
  type MediaRequestId,
  type OtherCalls,
  type PeerConnectionId,
  type PhoneEffect,
  type PhoneEvent,
  type SetRemoteDescription,
  type SourceKind,
  type View,
} from './generated/phone'
import { createDeviceReports, type DeviceReports } from './media/deviceReports'
import { createDevices, type Devices } from './media/devices'
import { claimIdentity, thisTab } from './page/identity'
import { createMedia, type Media } from './media/media'
import { pagePlatform, type Platform } from './page/platform'
import { createRunLoop, type RunLoop } from './runLoop'
import { createServerClock, type ServerClock } from './connection/serverClock'
import { keepIdentity } from './keepIdentity'
import type { Shell } from './shell'
import { createSockets, type Sockets } from './connection/sockets'
import { clip, describeError } from './text'
import { createTones, type Tones } from './media/tones'
import { createTrace, traced, type Trace } from './trace/trace'
import { uuidV7 } from './uuid'

/** The options of `Parley.create`. All are optional. */
export type ParleyOptions = {
  /**
   * The address of the signalling endpoint, `http(s):` or `ws(s):`; the default is `/signal` on the
   * page's own server.
   */
  readonly signalUrl?: string | URL
  /** The address of core.wasm; the default is beside this package, where bundlers place it. */
  readonly coreUrl?: string | URL
  /** Name and version of the app. The server logs them. */
  readonly clientName?: string
}

/** The browser resources that a phone uses. All are zero on a signed-out phone without calls. */
export type Resources = {
  readonly connections: number
  /** Tracks that capture, including clones for measuring. */
  readonly tracks: number
  readonly timers: number
  readonly sockets: number
}

/** The state of a phone, for an interface. A snapshot never changes; a change creates a new one. */
export type Snapshot = {
  /**
   * The session, the presence of people and the calls. The view and its parts keep their reference
   * until their content changes.
   */
  readonly view: View
  /** Set when the core has failed: all calls have ended, and only a reload of the page helps. */
  readonly fatal: Error | null
  /** Whether the server answers over HTTP but no WebSocket opens, as behind some proxies. */
  readonly socketsBlocked: boolean
  /**
   * Whether the browser blocks a sound until a user gesture. Offer a button that calls
   * `enableSound`.
   */
  readonly soundBlocked: boolean
  /** The connections whose remote sound and camera can be played. */
  readonly remoteStreams: readonly PeerConnectionId[]
  /**
   * The connections whose remote screen can be played. `peer_status` tells whether a screen is
   * shared now.
   */
  readonly remoteScreens: readonly PeerConnectionId[]
}

/** One line of the debug log. */
export type LogLine = {
  /** Milliseconds on the clock of `now()`. */
  readonly atMs: number
  readonly level: LogLevel
  readonly call?: CallId
  readonly text: string
}

/** The view before the first event: the defaults of View in core/shell/view.hpp. */
export const initialView: View = { session: 'signed_out', presence: [], calls: [] }

/** The snapshot of a phone before its first event. */
export const initialSnapshot: Snapshot = {
  view: initialView,
  fatal: null,
  socketsBlocked: false,
  soundBlocked: false,
  remoteStreams: [],
  remoteScreens: [],
}

const DEFAULT_CLIENT_NAME = 'parley-web 0.1.0'
/** The log keeps this many lines: enough for a few calls in a bug report. */
const LOG_LINES = 1000

/**
 * A phone: signs in to a server, and makes and receives calls.
 *
 * Actions return at once. Their effect appears in `snapshot`, before `subscribe` calls its
 * listeners. An action that the state of the call does not allow, such as `answer` on an ended
 * call, does nothing. After `close` the phone can not be used.
 *
 * @example
 * const parley = await Parley.create({ signalUrl: 'https://calls.example.org/signal' })
 * parley.subscribe(() => draw(parley.view))
 * parley.signIn(token)
 * const call = parley.dial({ user: userId('bea'), name: 'Bea Moreau' }, 'video')
 */
export class Parley {
  /** Loads the core and starts a signed-out phone. Rejects if the core can't be loaded. */
  static async create(options: ParleyOptions = {}): Promise<Parley> {
    const coreUrl = options.coreUrl ?? new URL('../core.wasm', import.meta.url)
    const signalUrl = new URL(options.signalUrl ?? '/signal', location.href)
    signalUrl.protocol = signalUrl.protocol.replace(/^http/, 'ws')
    const claiming = claimIdentity(thisTab())
    try {
      const core = await createCore(await compileCore(coreUrl), randomSeed())
      const identity = await claiming
      return new Parley(core, pagePlatform({ signalUrl, identity }), options.clientName)
    } catch (thrown) {
      void claiming.then((identity) => identity.release())
      throw thrown
    }
  }

  /** The present state. It is replaced as a whole before the listeners are called. */
  snapshot: Snapshot = initialSnapshot

  /**
   * The id of this device at the server. Each tab has one, and it outlives a reload of the page.
   */
  readonly device: DeviceId

  /** Microphones, cameras and speakers, and which of them calls use. */
  readonly devices: Devices

  readonly #core: Core
  readonly #platform: Platform
  readonly #clientName: string
  readonly #serverClock: ServerClock
  readonly #loop: RunLoop
  readonly #sockets: Sockets
  readonly #media: Media
  readonly #deviceReports: DeviceReports
  readonly #tones: Tones
  readonly #connections = new Map<PeerConnectionId, Connection>()
  readonly #listeners = new Set<() => void>()
  readonly #heldSounds = new Set<() => void>()
  readonly #shell: Shell
  readonly #stopWatching: () => void
  readonly #log: LogLine[] = []
  readonly #trace: Trace
  #released = false
  #closed = false

  /** For tests and other environments. Pages use `Parley.create`. */
  constructor(core: Core, platform: Platform, clientName = DEFAULT_CLIENT_NAME) {
    this.#core = core
    this.#platform = platform
    this.device = platform.identity.device as DeviceId
    this.#clientName = clip(clientName, eventLimits.SignedIn.client)
    this.#serverClock = createServerClock(() => platform.now())
    this.#shell = {
      report: (event) => {
        if (event.type === 'frame_received') this.#serverClock.hears(event.text)
        this.#loop.feed(event)
      },
      log: (level, text) => this.#write(level, text),
      changed: () => this.#publish({}),
    }
    this.#trace = createTrace(core, Date.now())
    this.#loop = createRunLoop(traced(core, this.#trace), platform, {
      perform: (effect) => this.#performSafely(effect),
      finished: ({ view }) => this.#publish(view ? { view } : {}),
      refused: ({ type }, code) => this.#write('error', `the core refused ${type}: ${code}`),
      trapped: (thrown) => this.#break(thrown),
    })
    this.#sockets = createSockets(platform, this.#shell)
    const opened = (source: SourceKind) => this.#deviceReports.opened(source)
    this.devices = createDevices(platform, opened, (level, text) => this.#write(level, text))
    this.#media = createMedia(platform, this.#shell, opened)
    this.#tones = createTones(platform, this.#shell, this.devices)
    this.#stopWatching = platform.watchPage({
      wakes: () => {
        // A page that was only suspended keeps its device id.
        platform.identity.stay()
        this.#reportNetwork()
      },
      leaves: () => {
        platform.identity.leave()
        this.#loop.feed({ type: 'page_hidden' })
      },
    })
    this.#deviceReports = createDeviceReports(platform, this.#shell, this.devices)
    // The core assumes that calls are supported.
    if (!platform.canCall) this.#loop.feed({ type: 'capability_told', can_call: false })
    // The core assumes a network that is not mobile.
    if (platform.mobileData()) this.#reportNetwork()
    this.#deviceReports.start()
  }

  // ---- the store ----

  /** The session, the presence of people and the calls. */
  get view(): View {
    return this.snapshot.view
  }

  /** The failure of the core, or null. After a failure all calls have ended. */
  get fatal(): Error | null {
    return this.snapshot.fatal
  }

  /** Calls the listener after every change of the snapshot. Returns a function that stops it. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  // ---- actions of the person ----

  /**
   * Signs in with a token of `Accounts.signIn` or of your server, and connects. The same token
   * again changes nothing.
   */
  signIn(token: string): void {
    const { device } = this
    this.#loop.feed({ type: 'signed_in', token, device, client: this.#clientName })
  }

  /** Ends all calls on this device and disconnects. */
  signOut(): void {
    this.#loop.feed({ type: 'signed_out' })
  }

  /**
   * Sets the people whose presence the view shows. Each call replaces the set; it has at most
   * `limits.maxWatched` people.
   */
  showPeople(users: readonly UserId[]): void {
    this.#loop.feed({ type: 'people_shown', users: users.slice(0, limits.maxWatched) })
  }

  /**
   * Calls a person and returns the id of the call. Opens the microphone, and the camera for `video`.
   * The call appears in `view.calls`; if calls are not possible in this browser, it appears as ended.
   * While another outgoing call waits for its answer, no call is made and the id belongs to none.
   */
  dial(callee: Party, kind: MediaKind): CallId {
    const call = uuidV7(this.#serverClock.now()) as CallId
    const { user, name } = callee
    const party = { user, name: clip(name, limits.maxDisplayNameBytes) }
    this.#loop.feed({ type: 'dialed', call, callee: party, kind })
    return call
  }

  /** Answers a ringing call. Other calls are put on hold, or ended. */
  answer(call: CallId, kind: MediaKind, others: OtherCalls = 'hold'): void {
    this.#loop.feed({ type: 'answer_pressed', call, kind, others })
  }

  /** Moves a call of this person from another device to this one. */
  join(call: CallId): void {
    this.#loop.feed({ type: 'join_pressed', call })
  }

  /** Declines a call that rings on this device. */
  decline(call: CallId): void {
    this.#loop.feed({ type: 'decline_pressed', call })
  }

  /** Ends a call in any phase; before an answer it cancels the call. */
  hangUp(call: CallId): void {
    this.#loop.feed({ type: 'hang_up_pressed', call })
  }

  /** Holds a call or resumes it. Resuming one call holds the others. */
  setHeld(call: CallId, held: boolean): void {
    this.#loop.feed({ type: 'hold_switched', call, held })
  }

  /** Removes an ended call from the view. */
  dismiss(call: CallId): void {
    this.#loop.feed({ type: 'dismissed', call })
  }

  /** Unmutes or mutes the microphone of a call. */
  setMicrophone(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'microphone_switched', call, on })
  }

  /** Switches the camera of a call on or off. */
  setCamera(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'camera_switched', call, on })
  }

  /**
   * Starts or stops sharing the screen in a connected call. Must be called from a click, or the
   * browser refuses.
   */
  setScreen(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'screen_switched', call, on })
  }

  // ---- pictures and sound ----

  /**
   * Sound and camera of the other side, always the same stream; null before the first track. Play
   * the sound in an audio element: a video element waits for a frame, and there is none while the
   * camera is off.
   */
  remoteStream(connection: PeerConnectionId | undefined): MediaStream | null {
    if (connection === undefined) return null
    return this.#connections.get(connection)?.remoteStream() ?? null
  }

  /**
   * The screen of the other side, without sound, always the same stream; null before its track is
   * known.
   */
  remoteScreen(connection: PeerConnectionId | undefined): MediaStream | null {
    if (connection === undefined) return null
    return this.#connections.get(connection)?.remoteScreen() ?? null
  }

  /**
   * The own camera or screen of a request, always the same stream; null if the request is not open.
   */
  localPicture(request: MediaRequestId | undefined): MediaStream | null {
    return request === undefined ? null : this.#media.picture(request)
  }

  /** Starts blocked sounds. Must be called from a click. */
  enableSound(): void {
    this.#tones.enable()
    for (const retry of [...this.#heldSounds]) retry()
  }

  /**
   * Registers a player that the browser blocks; `enableSound` calls `retry`. Returns a function
   * that removes it.
   */
  holdSound(retry: () => void): () => void {
    this.#heldSounds.add(retry)
    this.#publish({})
    return () => {
      if (this.#heldSounds.delete(retry)) this.#publish({})
    }
  }

  // ---- other functions ----

  /** Monotonic time in milliseconds. All times of the view are on this clock. */
  now(): number {
    return this.#platform.now()
  }

  /** The browser resources that this phone uses now, for tests and debugging. */
  resources(): Resources {
    return {
      connections: this.#connections.size,
      tracks: this.#media.count(),
      timers: this.#loop.timers(),
      sockets: this.#sockets.count(),
    }
  }

  /** The newest lines of the debug log, oldest first. At most 1000 lines are kept. */
  log(): readonly LogLine[] {
    return [...this.#log]
  }

  /**
   * The events of this phone since its page was loaded, for `parley replay`: JSON lines, without
   * names, addresses and secrets. See docs/reporting-a-bug.md.
   */
  callTrace(): string {
    return this.#trace.text()
  }

  /** Ends all calls and releases everything at once. The phone can't be used afterwards. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#loop.finish({ type: 'phone_closed' })
    this.#release()
    this.#listeners.clear()
    this.#platform.identity.release()
    if (!this.fatal) this.#core.destroy()
  }

  // ---- carrying out effects ----

  #performSafely(effect: PhoneEffect): void {
    try {
      this.#perform(effect)
    } catch (thrown) {
      // A failed effect must not stop the others.
      const { name, message } = describeError(thrown)
      this.#write('error', `${effect.type} failed: ${name}: ${message}`)
    }
  }

  #perform(effect: PhoneEffect): void {
    switch (effect.type) {
      case 'open_socket':
        return this.#sockets.open(effect)
      case 'close_socket':
        return this.#sockets.close(effect)
      case 'send_frame':
        return this.#sockets.send(effect)
      case 'open_media':
        return this.#media.open(effect)
      case 'open_screen':
        return this.#media.openScreen(effect)
      case 'close_media':
        return this.#media.close(effect)
      case 'measure_sound':
        return this.#media.measure(effect)
      case 'play_tone':
        return this.#tones.play(effect.tone)
      case 'create_connection':
        return this.#createConnection(effect)
      case 'set_ice_servers':
        return this.#connections.get(effect.connection)?.setIceServers(effect)
      case 'close_connection':
        this.#connections.get(effect.connection)?.close()
        this.#connections.delete(effect.connection)
        return
      case 'make_offer':
        return this.#operate(effect, (connection) => connection.makeOffer(effect))
      case 'make_answer':
        return this.#operate(effect, (connection) => connection.makeAnswer(effect))
      case 'set_remote_description':
        return this.#operate(effect, (connection) => connection.setRemoteDescription(effect))
      case 'add_candidate':
        return this.#connections.get(effect.connection)?.addCandidate(effect)
      case 'feed_connection':
        return this.#connections.get(effect.connection)?.feed(effect)
      case 'send_direct':
        return this.#connections.get(effect.connection)?.sendDirect(effect)
      case 'make_key_frame':
        return this.#connections.get(effect.connection)?.makeKeyFrame()
      case 'sample_stats':
        return this.#connections.get(effect.connection)?.sampleStats()
      case 'log':
        return this.#write(effect.level, effect.text, effect.call)
    }
  }

  #createConnection(effect: CreateConnection): void {
    const connection = createConnection(effect, this.#platform, this.#media, this.#shell)
    this.#connections.set(effect.connection, connection)
  }

  /**
   * A connection that could not be created reports every operation as failed; otherwise the core
   * would wait.
   */
  #operate(
    { connection: serial, operation }: MakeOffer | MakeAnswer | SetRemoteDescription,
    run: (connection: Connection) => void,
  ): void {
    const connection = this.#connections.get(serial)
    if (connection) return run(connection)
    const event: PhoneEvent = {
      type: 'operation_failed',
      connection: serial,
      operation,
      name: 'InvalidStateError',
      message: 'There is no such connection.',
    }
    this.#loop.feed(event)
  }

  #reportNetwork(): void {
    this.#loop.feed({ type: 'network_changed', mobile_data: this.#platform.mobileData() })
  }

  #publish(change: Partial<Pick<Snapshot, 'view' | 'fatal'>>): void {
    const next: Snapshot = {
      ...this.snapshot,
      ...change,
      socketsBlocked: this.#sockets.blocked(),
      soundBlocked: this.#heldSounds.size > 0 || this.#tones.blocked(),
      remoteStreams: this.#connectionsWith((connection) => connection.remoteStream()),
      remoteScreens: this.#connectionsWith((connection) => connection.remoteScreen()),
    }
    const snapshot = keepIdentity(this.snapshot, next)
    if (snapshot === this.snapshot) return
    this.snapshot = snapshot
    for (const listener of [...this.#listeners]) {
      try {
        listener()
      } catch (thrown) {
        // A failing listener must not end the call.
        console.error(thrown)
      }
    }
  }

  #connectionsWith(stream: (of: Connection) => MediaStream | null): readonly PeerConnectionId[] {
    return [...this.#connections].flatMap(([serial, connection]) =>
      stream(connection) ? [serial] : [],
    )
  }

  #break(thrown: unknown): void {
    const { name, message } = describeError(thrown)
    this.#write('error', `the core broke: ${name}: ${message}`)
    this.#hangUpWithoutCore()
    this.#release()
    this.#publish({ fatal: thrown instanceof Error ? thrown : new Error(message) })
  }

  /**
   * Ends all calls at the server when the core has failed, so that the other side does not wait.
   * Messages without a sequence number are accepted.
   */
  #hangUpWithoutCore(): void {
    for (const { call, phase } of this.view.calls) {
      if (phase === 'incoming' || phase === 'elsewhere' || phase === 'ended') continue
      this.#sockets.say(JSON.stringify({ type: 'hang_up', call }))
    }
    this.#sockets.say(JSON.stringify({ type: 'leaving' }))
  }

  /** Runs once: a failed core has been released already. */
  #release(): void {
    if (this.#released) return
    this.#released = true
    this.#stopWatching()
    this.#deviceReports.close()
    this.#loop.stop()
    for (const connection of this.#connections.values()) connection.close()
    this.#connections.clear()
    this.#media.closeAll()
    this.#sockets.closeAll()
    this.#tones.close()
    this.#heldSounds.clear()
  }

  #write(level: LogLevel, text: string, call?: CallId): void {
    const line = { atMs: this.now(), level, text, ...(call === undefined ? {} : { call }) }
    this.#log.push(line)
    if (this.#log.length > LOG_LINES) this.#log.shift()
    const print = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const
    console[print[level]](call === undefined ? `parley: ${text}` : `parley: call ${call}: ${text}`)
  }
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
}
