import type { Identity } from '../src/identity'
import type { PageListener, Platform, TimerId } from '../src/platform'
import { turnsBy, type TakeTurn } from '../src/turns'
import { uuidV4 } from '../src/uuid'
import { FakeConnection } from './fakeConnection'

/** A browser of which a test controls everything. Time stands still until `advance`. */
export class FakePlatform implements Platform {
  nowMs = 1000
  readonly timers = new Map<number, { readonly fire: () => void; readonly atMs: number }>()
  readonly sockets: FakeSocket[] = []
  readonly connections: FakeConnection[] = []
  /** Requests for devices, to be granted or denied by the test. */
  readonly requests: {
    readonly constraints: MediaStreamConstraints
    readonly grant: (...tracks: FakeTrack[]) => void
    readonly deny: (error: unknown) => void
  }[] = []
  /** What is plugged in. */
  found: MediaDeviceInfo[] = []
  listDevices: (() => Promise<readonly MediaDeviceInfo[]>) | undefined = () =>
    Promise.resolve(this.found)
  choosesSpeaker = true
  store: Platform['store'] = memory()
  isSecure = true
  allowsSound = true
  refusesSockets = false
  /** Set while the page goes away. */
  left = false
  readonly identity: Identity = {
    device: uuidV4(),
    leave: () => (this.left = true),
    stay: () => (this.left = false),
    release: () => (this.left = true),
  }
  createAudioContext: (() => AudioContext) | undefined = undefined
  #timers = 0
  readonly #watchers = new Set<PageListener>()
  readonly #gestures = new Set<() => void>()
  readonly #plugged = new Set<() => void>()

  getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined = (
    constraints,
  ) =>
    new Promise((resolve, reject) => {
      this.requests.push({
        constraints,
        grant: (...tracks) => resolve(this.createStream(tracks as unknown as MediaStreamTrack[])),
        deny: reject,
      })
    })

  now(): number {
    return this.nowMs
  }

  setTimer(fire: () => void, delayMs: number): TimerId {
    this.#timers += 1
    this.timers.set(this.#timers, { fire, atMs: this.nowMs + delayMs })
    return this.#timers as unknown as TimerId
  }

  clearTimer(timer: TimerId): void {
    this.timers.delete(timer as unknown as number)
  }

  /** Lets time pass and fires what is due, in order. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const due = [...this.timers].sort(([, a], [, b]) => a.atMs - b.atMs)[0]
      if (!due || due[1].atMs > endMs) break
      this.timers.delete(due[0])
      this.nowMs = Math.max(this.nowMs, due[1].atMs)
      due[1].fire()
    }
    this.nowMs = endMs
  }

  openSocket(): WebSocket {
    if (this.refusesSockets) throw new DOMException('no such address', 'SyntaxError')
    const socket = new FakeSocket()
    this.sockets.push(socket)
    return socket as unknown as WebSocket
  }

  createConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = new FakeConnection(configuration)
    this.connections.push(connection)
    return connection as unknown as RTCPeerConnection
  }

  createStream(tracks: readonly MediaStreamTrack[]): MediaStream {
    const held = [...tracks]
    return {
      getTracks: () => held,
      addTrack: (track: MediaStreamTrack) => held.push(track),
    } as unknown as MediaStream
  }

  watchPage(listener: PageListener): () => void {
    this.#watchers.add(listener)
    return () => this.#watchers.delete(listener)
  }

  onGesture(gesture: () => void): () => void {
    this.#gestures.add(gesture)
    return () => this.#gestures.delete(gesture)
  }

  takeTurn: TakeTurn = turnsBy(undefined)

  onDevicesChanged(listener: () => void): () => void {
    this.#plugged.add(listener)
    return () => this.#plugged.delete(listener)
  }

  /** A device comes or goes. */
  plug(): void {
    for (const listener of [...this.#plugged]) listener()
  }

  soundAllowed(): boolean {
    return this.allowsSound
  }

  wake(): void {
    for (const { wakes } of this.#watchers) wakes()
  }

  leave(): void {
    for (const { leaves } of this.#watchers) leaves()
  }

  gesture(): void {
    for (const gesture of this.#gestures) gesture()
  }

  /** Listeners on the page that are still there. */
  listeners(): number {
    return this.#watchers.size + this.#gestures.size + this.#plugged.size
  }
}

function memory(): NonNullable<Platform['store']> {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

export class FakeSocket {
  readyState = 0
  readonly sent: string[] = []
  onopen: (() => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onerror: (() => void) | null = null

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.readyState = 2
  }

  /** What the other end does. */
  opens(): void {
    this.readyState = 1
    this.onopen?.()
  }

  receives(data: unknown): void {
    this.onmessage?.({ data })
  }

  closes(code: number): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

export class FakeTrack {
  enabled = true
  readyState: 'live' | 'ended' = 'live'
  onended: (() => void) | null = null
  readonly kind: 'audio' | 'video'

  constructor(kind: 'audio' | 'video') {
    this.kind = kind
  }

  stop(): void {
    this.readyState = 'ended'
  }

  /** The device goes away by itself. */
  vanishes(): void {
    this.readyState = 'ended'
    this.onended?.()
  }
}
