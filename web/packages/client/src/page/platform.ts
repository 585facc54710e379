// Everything this package takes from the browser. Tests replace it; the rest of the package uses no
// globals of the page.

import type { Permission, SourceKind } from '../generated/phone'
import type { Identity } from './identity'
import { createAccessReader, type PermissionsBrowser } from './permissions'
import { turnsBy, type TakeTurn } from './tabTurn'

export type TimerId = ReturnType<typeof setTimeout>

export type Platform = {
  /** Monotonic time in whole milliseconds. All times of the view are on this clock. */
  now(): number
  setTimer(fire: () => void, delayMs: number): TimerId
  clearTimer(timer: TimerId): void
  openSocket(): WebSocket
  /** Whether the browser supports calls. */
  readonly canCall: boolean
  createConnection(configuration: RTCConfiguration): RTCPeerConnection
  createStream(tracks: readonly MediaStreamTrack[]): MediaStream
  /** Absent if the browser denies capture to the page. */
  readonly getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined
  /** Asks which part of the screen to share; only within a user gesture. Absent if unsupported. */
  readonly getDisplayMedia:
    ((options: DisplayMediaStreamOptions) => Promise<MediaStream>) | undefined
  /** The permission for a source; undefined if the browser does not report it. */
  queryPermission(source: SourceKind): Promise<Permission | undefined>
  /**
   * Calls the listener when the permission for a source changes, if the browser reports it. Returns
   * a function that stops it.
   */
  onPermissionChanged(source: SourceKind, listener: (permission: Permission) => void): () => void
  /** Whether the server answers over HTTP at this moment. Absent if this can't be tested. */
  readonly reachesServer?: (() => Promise<boolean>) | undefined
  /** Absent if the browser can not list devices. */
  readonly listDevices: (() => Promise<readonly MediaDeviceInfo[]>) | undefined
  /** Calls the listener when devices are added or removed. Returns a function that stops it. */
  onDevicesChanged(listener: () => void): () => void
  /** Whether an element can play on a chosen speaker. */
  readonly choosesSpeaker: boolean
  /** Storage that outlives the page. Its methods may throw. */
  readonly store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly isSecure: boolean
  /** Absent without audio support. */
  readonly createAudioContext: (() => AudioContext) | undefined
  /** Calls the listener on events of the whole page. Returns a function that stops it. */
  watchPage(listener: PageListener): () => void
  /** Whether the browser reports a mobile data network. */
  mobileData(): boolean
  /**
   * Calls the function on every user gesture that allows sound. Returns a function that stops it.
   */
  onGesture(gesture: () => void): () => void
  /** The device id of a phone on this page. */
  readonly identity: Identity
  /** Whether sound may start now, if the browser reports it. */
  soundAllowed(): boolean
  /** The order in which the tabs of the browser ring. */
  readonly takeTurn: TakeTurn
}

export type PageListener = {
  /** The network may have changed, or the page was resumed. */
  readonly wakes: () => void
  /** The page goes away, perhaps for good. Messages must be sent before the callback returns. */
  readonly leaves: () => void
}

/** The settings of a page's platform. */
export type PageOptions = { readonly signalUrl: string | URL; readonly identity: Identity }

/** The real browser. */
export function pagePlatform({ signalUrl, identity }: PageOptions): Platform {
  // Old browsers and insecure pages lack objects that TypeScript's types promise.
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

/**
 * Sends a small request to the server of the socket. The answer of another origin can't be read.
 */
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

/** Policies, settings and privacy extensions can remove these functions. */
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
      // After the browser has frozen the page (Page Lifecycle).
      [document, 'resume'],
      ...(connection ? ([[connection, 'change']] as const) : []),
    ]),
    listen(whenVisible, [[document, 'visibilitychange']]),
    listen(leaves, [[window, 'pagehide']]),
  ]
  return () => stops.forEach((stop) => stop())
}

/** Network Information API; few browsers have it, and fewer report the type. */
function network(): (EventTarget & { readonly type?: string }) | undefined {
  return (navigator as { connection?: EventTarget & { readonly type?: string } }).connection
}

function accessBrowser(): PermissionsBrowser {
  const { permissions } = navigator as { permissions?: Permissions }
  // The standard name, and the name in present browsers.
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
