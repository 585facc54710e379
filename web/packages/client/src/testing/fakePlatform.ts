import type { Permission, SourceKind } from '../generated/phone'
import type { Identity } from '../page/identity'
import type { PageListener, Platform, TimerId } from '../page/platform'
import { turnsBy, type TakeTurn } from '../page/tabTurn'
import { uuidV4 } from '../uuid'
import { FakeConnection } from './fakeConnection'
import { FakeSocket } from './fakeSocket'
import type { FakeTrack } from './fakeTrack'

/** A request for devices that the test answers. */
export type MediaRequest = {
  readonly constraints: MediaStreamConstraints
  readonly grant: (...tracks: FakeTrack[]) => void
  readonly deny: (error: unknown) => void
}

/** A browser that the test controls. Time passes only in `advance`. */
export class FakePlatform implements Platform {
  nowMs = 1000
  readonly timers = new Map<number, { readonly fire: () => void; readonly atMs: number }>()
  readonly sockets: FakeSocket[] = []
  readonly connections: FakeConnection[] = []
  /** Requests for devices; the test grants or denies them. */
  readonly requests: MediaRequest[] = []
  /** Requests for the screen. */
  readonly screenRequests: MediaRequest[] = []
  /** The permissions that the browser reports. It reports nothing about other sources. */
  readonly access: Partial<Record<SourceKind, Permission>> = {}
  usesMobileData = false
  /** The present devices. Until a test sets them, the list stays pending. */
  found: MediaDeviceInfo[] | undefined
  listDevices: Platform['listDevices'] = () =>
    new Promise((resolve) => {
      if (this.found) resolve(this.found)
    })
  choosesSpeaker = true
  store: Platform['store'] = memory()
  isSecure = true
  canCall = true
  allowsSound = true
  refusesSockets = false
  reachesServer: Platform['reachesServer'] = undefined
  /** Whether the page goes away. */
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
  readonly #accessed = new Set<(source: SourceKind, permission: Permission) => void>()

  getUserMedia: Platform['getUserMedia'] = (constraints) => this.#ask(this.requests, constraints)

  getDisplayMedia: Platform['getDisplayMedia'] = (constraints) =>
    this.#ask(this.screenRequests, constraints)

  queryPermission: Platform['queryPermission'] = (source) => Promise.resolve(this.access[source])

  onPermissionChanged: Platform['onPermissionChanged'] = (source, listener) => {
    const told = (changed: SourceKind, permission: Permission) => {
      if (changed === source) listener(permission)
    }
    this.#accessed.add(told)
    return () => this.#accessed.delete(told)
  }

  /** Changes the permission for a source and reports it. */
  allow(source: SourceKind, permission: Permission): void {
    this.access[source] = permission
    for (const told of [...this.#accessed]) told(source, permission)
  }

  #ask(requests: MediaRequest[], constraints: MediaStreamConstraints): Promise<MediaStream> {
    return new Promise((resolve, reject) => {
      requests.push({
        constraints,
        grant: (...tracks) => resolve(this.createStream(tracks as unknown as MediaStreamTrack[])),
        deny: reject,
      })
    })
  }

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

  /** The time of the next timer; undefined if there is none. */
  dueMs(): number | undefined {
    const moments = [...this.timers.values()].map(({ atMs }) => atMs)
    return moments.length > 0 ? Math.min(...moments) : undefined
  }

  /** Lets time pass and fires due timers in order. */
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

  /** Reports a device change. */
  plug(): void {
    for (const listener of [...this.#plugged]) listener()
  }

  mobileData(): boolean {
    return this.usesMobileData
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

  /** The number of listeners on the page. */
  listeners(): number {
    const all = [this.#watchers, this.#gestures, this.#plugged, this.#accessed]
    return all.reduce((sum, { size }) => sum + size, 0)
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
