// A phone in a page: the call core, what carries out its effects, and a store an interface can draw
// from. All decisions are the core's; nothing here looks at the state of a call.
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

export type ParleyOptions = {
  /** Where the server listens; by default `/signal` on the page's own server. */
  readonly signalUrl?: string | URL
  /** Where core.wasm lies; by default beside this package, as bundlers place it. */
  readonly coreUrl?: string | URL
  /** Name and version of the app, for the server's log. */
  readonly clientName?: string
}

/** What a phone holds at the moment; all zero on a phone without calls that is signed out. */
export type Resources = {
  readonly connections: number
  /** Tracks that capture, with clones that are only measured. */
  readonly tracks: number
  readonly timers: number
  readonly sockets: number
}

export type Snapshot = {
  /** What to draw. The same reference until something in it changes, and so is every part of it. */
  readonly view: View
  /** Set when the core broke: every call is over and only a reload of the page helps. */
  readonly fatal: Error | null
  /** The server answers over HTTP, but no WebSocket gets through to it: a proxy is in the way. */
  readonly socketsBlocked: boolean
  /** Something should be heard that the browser holds back until a gesture: offer `enableSound`. */
  readonly soundBlocked: boolean
  /** The connections over which remote media can be played by now. */
  readonly remoteStreams: readonly PeerConnectionId[]
  /** The same for the screen of the other side; whether it is shared just now, its status says. */
  readonly remoteScreens: readonly PeerConnectionId[]
}

export type LogLine = {
  /** On the clock of `now()`. */
  readonly atMs: number
  readonly level: LogLevel
  readonly call?: CallId
  readonly text: string
}

/** What the core shows before its first event: the defaults of View in core/shell/view.hpp. */
export const initialView: View = { session: 'signed_out', presence: [], calls: [] }

/** What a phone shows before its first event. */
export const initialSnapshot: Snapshot = {
  view: initialView,
  fatal: null,
  socketsBlocked: false,
  soundBlocked: false,
  remoteStreams: [],
  remoteScreens: [],
}

const DEFAULT_CLIENT_NAME = 'parley-web 0.1.0'
/** Lines of log a phone keeps: a few calls' worth, for a bug report. */
const LOG_LINES = 1000

export class Parley {
  /** Loads the core and starts a phone that is signed out. Rejects when the core can't be had. */
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

  /** All an interface draws from; replaced as a whole before listeners are called. */
  snapshot: Snapshot = initialSnapshot

  /** This phone, as the server knows it: one for each tab. It outlives its page. */
  readonly device: DeviceId

  /** Microphones, cameras and speakers, and which of them calls use here. */
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

  /** For tests and other environments; pages use `Parley.create`. */
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
        // A page that was only put aside is still this device.
        platform.identity.stay()
        this.#reportNetwork()
      },
      leaves: () => {
        platform.identity.leave()
        this.#loop.feed({ type: 'page_hidden' })
      },
    })
    this.#deviceReports = createDeviceReports(platform, this.#shell, this.devices)
    // The core takes this for granted, too.
    if (!platform.canCall) this.#loop.feed({ type: 'capability_told', can_call: false })
    // The core takes any other network for granted.
    if (platform.mobileData()) this.#reportNetwork()
    this.#deviceReports.start()
  }

  // ---- the store ----

  get view(): View {
    return this.snapshot.view
  }

  get fatal(): Error | null {
    return this.snapshot.fatal
  }

  /** Calls back after every change of the snapshot. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  // ---- what the person does ----

  signIn(token: string): void {
    const { device } = this
    this.#loop.feed({ type: 'signed_in', token, device, client: this.#clientName })
  }

  signOut(): void {
    this.#loop.feed({ type: 'signed_out' })
  }

  /** Says whose presence is shown; the newest set counts. */
  showPeople(users: readonly UserId[]): void {
    this.#loop.feed({ type: 'people_shown', users: users.slice(0, limits.maxWatched) })
  }

  dial(callee: Party, kind: MediaKind): CallId {
    const call = uuidV7(this.#serverClock.now()) as CallId
    const { user, name } = callee
    const party = { user, name: clip(name, limits.maxDisplayNameBytes) }
    this.#loop.feed({ type: 'dialed', call, callee: party, kind })
    return call
  }

  /** Answers; other calls are held, or ended. */
  answer(call: CallId, kind: MediaKind, others: OtherCalls = 'hold'): void {
    this.#loop.feed({ type: 'answer_pressed', call, kind, others })
  }

  /** Takes over a call that is on at another device of this person. */
  join(call: CallId): void {
    this.#loop.feed({ type: 'join_pressed', call })
  }

  decline(call: CallId): void {
    this.#loop.feed({ type: 'decline_pressed', call })
  }

  hangUp(call: CallId): void {
    this.#loop.feed({ type: 'hang_up_pressed', call })
  }

  /** Holds a call, or resumes it, which holds the others. */
  setHeld(call: CallId, held: boolean): void {
    this.#loop.feed({ type: 'hold_switched', call, held })
  }

  /** Takes an ended call off the view. */
  dismiss(call: CallId): void {
    this.#loop.feed({ type: 'dismissed', call })
  }

  setMicrophone(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'microphone_switched', call, on })
  }

  setCamera(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'camera_switched', call, on })
  }

  /** Shares the screen or stops it; to be called from a click, or the browser refuses. */
  setScreen(call: CallId, on: boolean): void {
    this.#loop.feed({ type: 'screen_switched', call, on })
  }

  // ---- pictures and sound ----

  /**
   * Sound and camera of the other side; the same stream every time. Play its sound in an audio
   * element: a video element waits for a frame, and there is none while the camera is off.
   */
  remoteStream(connection: PeerConnectionId | undefined): MediaStream | null {
    if (connection === undefined) return null
    return this.#connections.get(connection)?.remoteStream() ?? null
  }

  /** The screen of the other side, which has no sound; the same stream every time. */
  remoteScreen(connection: PeerConnectionId | undefined): MediaStream | null {
    if (connection === undefined) return null
    return this.#connections.get(connection)?.remoteScreen() ?? null
  }

  /** The own camera or screen as a request captures it; the same stream every time. */
  localPicture(request: MediaRequestId | undefined): MediaStream | null {
    return request === undefined ? null : this.#media.picture(request)
  }

  /** Lets held sounds start; to be called from a click. */
  enableSound(): void {
    this.#tones.enable()
    for (const retry of [...this.#heldSounds]) retry()
  }

  /** Notes a player that the browser holds back; `enableSound` calls `retry`. Returns how to end it. */
  holdSound(retry: () => void): () => void {
    this.#heldSounds.add(retry)
    this.#publish({})
    return () => {
      if (this.#heldSounds.delete(retry)) this.#publish({})
    }
  }

  // ---- the rest ----

  /** Steady milliseconds: the clock of the view's moments. */
  now(): number {
    return this.#platform.now()
  }

  resources(): Resources {
    return {
      connections: this.#connections.size,
      tracks: this.#media.count(),
      timers: this.#loop.timers(),
      sockets: this.#sockets.count(),
    }
  }

  /** The newest lines of the debug log, oldest first. */
  log(): readonly LogLine[] {
    return [...this.#log]
  }

  /**
   * All that happened to this phone since its page was loaded, for `parley replay`: JSON lines, without
   * names, addresses and secrets. See docs/reporting-a-bug.md.
   */
  callTrace(): string {
    return this.#trace.text()
  }

  /** Hangs up, and releases everything at once. The phone can't be used after that. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#loop.finish({ type: 'phone_closed' })
    this.#release()
    this.#listeners.clear()
    this.#platform.identity.release()
    if (!this.fatal) this.#core.destroy()
  }

  // ---- carrying out ----

  #performSafely(effect: PhoneEffect): void {
    try {
      this.#perform(effect)
    } catch (thrown) {
      // One effect that failed must not cost the others.
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

  /** A connection that could not be created fails in every operation, or the core would wait. */
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
        // A broken interface is no reason to lose the call.
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

  /** The other side must not wait for who can't be helped. What carries no number counts, too. */
  #hangUpWithoutCore(): void {
    for (const { call, phase } of this.view.calls) {
      if (phase === 'incoming' || phase === 'elsewhere' || phase === 'ended') continue
      this.#sockets.say(JSON.stringify({ type: 'hang_up', call }))
    }
    this.#sockets.say(JSON.stringify({ type: 'leaving' }))
  }

  /** Once: a core that broke has had all of it released already. */
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
