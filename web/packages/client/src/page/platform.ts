// Everything this package takes from the browser, in one place: tests put their own here, and the
// rest of the package touches no globals of the page.

import type { Permission, SourceKind } from '../generated/phone'
import type { Identity } from './identity'
import { createAccessReader, type PermissionsBrowser } from './permissions'
import { turnsBy, type TakeTurn } from './tabTurn'

export type TimerId = ReturnType<typeof setTimeout>

export type Platform = {
  /** Steady milliseconds, whole. The clock of every moment in the view. */
  now(): number
  setTimer(fire: () => void, delayMs: number): TimerId
  clearTimer(timer: TimerId): void
  openSocket(): WebSocket
  /** Whether the browser has what a call needs at all. */
  readonly canCall: boolean
  createConnection(configuration: RTCConfiguration): RTCPeerConnection
  createStream(tracks: readonly MediaStreamTrack[]): MediaStream
  /** Absent where the browser keeps capture from the page. */
  readonly getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined
  /** Asks what of the screen to share; within a gesture only. Absent where the browser can't. */
  readonly getDisplayMedia:
    ((options: DisplayMediaStreamOptions) => Promise<MediaStream>) | undefined
  /** Nothing where the browser does not tell. */
  queryPermission(source: SourceKind): Promise<Permission | undefined>
  /** Calls back when access to a source changes, where the browser tells; returns how to stop. */
  onPermissionChanged(source: SourceKind, listener: (permission: Permission) => void): () => void
  /** Whether the server answers over HTTP, just now. Absent where that can't be asked. */
  readonly reachesServer?: (() => Promise<boolean>) | undefined
  /** Absent where the browser does not tell. */
  readonly listDevices: (() => Promise<readonly MediaDeviceInfo[]>) | undefined
  /** Calls back when devices come or go; returns how to stop. */
  onDevicesChanged(listener: () => void): () => void
  /** Whether an element can be told which speaker to use. */
  readonly choosesSpeaker: boolean
  /** What outlives the page. Using it may throw. */
  readonly store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly isSecure: boolean
  /** Absent where there is no sound to be had. */
  readonly createAudioContext: (() => AudioContext) | undefined
  /** Calls back on what happens to the page as a whole; returns how to stop. */
  watchPage(listener: PageListener): () => void
  /** Whether the browser says that its network is a mobile phone's. */
  mobileData(): boolean
  /** Calls back on everything that counts as a gesture for autoplay; returns how to stop. */
  onGesture(gesture: () => void): () => void
  /** Which device a phone here is. */
  readonly identity: Identity
  /** Whether sound may start now, as far as the browser tells. */
  soundAllowed(): boolean
  /** Whose turn it is to ring, among the tabs of the browser. */
  readonly takeTurn: TakeTurn
}

export type PageListener = {
  /** The network may have changed, or the page woke up or came back. */
  readonly wakes: () => void
  /** The page goes away, perhaps for good. What is to be sent must be sent within the call. */
  readonly leaves: () => void
}

/** What the platform of a page needs to know. */
export type PageOptions = { readonly signalUrl: string | URL; readonly identity: Identity }

/** The real browser. */
export function pagePlatform({ signalUrl, identity }: PageOptions): Platform {
  // Old browsers and insecure pages lack what the types of TypeScript promise.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  const canShare = typeof (devices?.getDisplayMedia as unknown) === 'function'
  const hasAudio = typeof AudioContext === 'function'
  const access = createAccessReader(accessBrowser())
  return {
    now: () => Math.round(performance.now()),
    setTimer: (fire, delayMs) => setTimeout(fire, delayMs),
    clearTimer: (timer) => clearTimeout(timer),
    openSocket: () => new WebSocket(signalUrl),
    reachesServer: () => reaches(signalUrl),
    canCall: canCall(),
    createConnection: (configuration) => new RTCPeerConnection(configuration),
    createStream: (tracks) => new MediaStream([...tracks]),
    getUserMedia: devices && ((constraints) => devices.getUserMedia(constraints)),
    getDisplayMedia:
      devices && canShare ? (options) => devices.getDisplayMedia(options) : undefined,
    queryPermission: (source) => access.query(source),
    onPermissionChanged: (source, listener) => access.watch(source, listener),
    listDevices: devices && (() => devices.enumerateDevices()),
    onDevicesChanged: (listener) =>
      devices ? listen(listener, [[devices, 'devicechange']]) : () => undefined,
    choosesSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
    store: pageStore(),
    isSecure: window.isSecureContext,
    createAudioContext: hasAudio ? () => new AudioContext() : undefined,
    watchPage,
    mobileData: () => network()?.type === 'cellular',
    onGesture: (gesture) =>
      listen(gesture, [
        [document, 'pointerdown'],
        [document, 'keydown'],
      ]),
    identity,
    soundAllowed: () =>
      (navigator.userActivation as UserActivation | undefined)?.hasBeenActive ?? false,
    takeTurn: turnsBy((navigator as { locks?: LockManager }).locks),
  }
}

/** Asks the server of the socket for something small. What another origin answers can't be read. */
async function reaches(signalUrl: string | URL): Promise<boolean> {
  const url = new URL('/api/server', signalUrl)
  url.protocol = url.protocol.replace(/^ws/, 'http')
  try {
    const { ok, type } = await fetch(url, { mode: 'no-cors', cache: 'no-store' })
    return ok || type === 'opaque'
  } catch {
    return false
  }
}

/** Policies, settings and privacy add-ons take these from pages. */
function canCall(): boolean {
  const { RTCPeerConnection: Peer, MediaStream: Stream } = window as {
    RTCPeerConnection?: typeof RTCPeerConnection
    MediaStream?: typeof MediaStream
  }
  if (typeof Peer !== 'function' || typeof Stream !== 'function') return false
  const { prototype } = Peer as { prototype: Partial<RTCPeerConnection> }
  return (
    typeof prototype.addTransceiver === 'function' &&
    typeof prototype.createDataChannel === 'function'
  )
}

function watchPage({ wakes, leaves }: PageListener): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') wakes()
  }
  const connection = network()
  const stops = [
    listen(wakes, [
      [window, 'online'],
      [window, 'pageshow'],
      // After the browser had frozen the page (Page Lifecycle).
      [document, 'resume'],
      ...(connection ? ([[connection, 'change']] as const) : []),
    ]),
    listen(whenVisible, [[document, 'visibilitychange']]),
    listen(leaves, [[window, 'pagehide']]),
  ]
  return () => stops.forEach((stop) => stop())
}

/** Network Information; few browsers have it, and fewer tell the type. */
function network(): (EventTarget & { readonly type?: string }) | undefined {
  return (navigator as { connection?: EventTarget & { readonly type?: string } }).connection
}

function accessBrowser(): PermissionsBrowser {
  const { permissions } = navigator as { permissions?: Permissions }
  // The name it has, and the one that browsers know it by.
  const { permissionsPolicy, featurePolicy } = document as {
    permissionsPolicy?: PermissionsBrowser['policy']
    featurePolicy?: PermissionsBrowser['policy']
  }
  return { permissions, policy: permissionsPolicy ?? featurePolicy }
}

function pageStore(): Storage | undefined {
  try {
    return window.localStorage
  } catch {
    return undefined
  }
}

function listen(
  listener: () => void,
  sources: readonly (readonly [target: EventTarget, type: string])[],
): () => void {
  for (const [target, type] of sources) target.addEventListener(type, listener)
  return () => {
    for (const [target, type] of sources) target.removeEventListener(type, listener)
  }
}
