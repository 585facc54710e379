// Everything this package takes from the browser, in one place: tests put their own here, and the
// rest of the package touches no globals of the page.

export type TimerId = ReturnType<typeof setTimeout>

export type Platform = {
  /** Steady milliseconds, whole. The clock of every moment in the view. */
  now(): number
  setTimer(fire: () => void, delayMs: number): TimerId
  clearTimer(timer: TimerId): void
  openSocket(): WebSocket
  createConnection(configuration: RTCConfiguration): RTCPeerConnection
  createStream(tracks: readonly MediaStreamTrack[]): MediaStream
  /** Absent where the browser keeps capture from the page. */
  readonly getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined
  readonly isSecure: boolean
  /** Absent where there is no sound to be had. */
  readonly createAudioContext: (() => AudioContext) | undefined
  /** Calls back on what happens to the page as a whole; returns how to stop. */
  watchPage(listener: PageListener): () => void
  /** Calls back on everything that counts as a gesture for autoplay; returns how to stop. */
  onGesture(gesture: () => void): () => void
  /** The identity that a phone left behind in this tab, if any; it is nobody's after that. */
  takeDevice(): string | undefined
  /** Leaves an identity to the next phone in this tab, and to no other tab. */
  leaveDevice(device: string): void
  /** Whether sound may start now, as far as the browser tells. */
  soundAllowed(): boolean
}

export type PageListener = {
  /** The network may have changed, or the page woke up or came back. */
  readonly wakes: () => void
  /** The page goes away, perhaps for good. What is to be sent must be sent within the call. */
  readonly leaves: () => void
}

/** What the platform of a page needs to know. */
export type PageOptions = { readonly signalUrl: string | URL }

/** The real browser. */
export function pagePlatform({ signalUrl }: PageOptions): Platform {
  // Old browsers and insecure pages lack what the types of TypeScript promise.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  const hasAudio = typeof AudioContext === 'function'
  return {
    now: () => Math.round(performance.now()),
    setTimer: (fire, delayMs) => setTimeout(fire, delayMs),
    clearTimer: (timer) => clearTimeout(timer),
    openSocket: () => new WebSocket(signalUrl),
    createConnection: (configuration) => new RTCPeerConnection(configuration),
    createStream: (tracks) => new MediaStream([...tracks]),
    getUserMedia: devices && ((constraints) => devices.getUserMedia(constraints)),
    isSecure: window.isSecureContext,
    createAudioContext: hasAudio ? () => new AudioContext() : undefined,
    watchPage,
    onGesture: (gesture) =>
      listen(gesture, [
        [document, 'pointerdown'],
        [document, 'keydown'],
      ]),
    takeDevice,
    leaveDevice,
    soundAllowed: () =>
      (navigator.userActivation as UserActivation | undefined)?.hasBeenActive ?? false,
  }
}

// A tab that is copied copies its storage as well. The identity therefore lies there only between the
// end of one page and the beginning of the next, and a copy of a living page finds none.
const DEVICE_KEY = 'parley.device'

function takeDevice(): string | undefined {
  try {
    const device = sessionStorage.getItem(DEVICE_KEY) ?? undefined
    sessionStorage.removeItem(DEVICE_KEY)
    return device
  } catch {
    // A page without storage is a new device every time.
    return undefined
  }
}

function leaveDevice(device: string): void {
  try {
    sessionStorage.setItem(DEVICE_KEY, device)
  } catch {
    // As above.
  }
}

function watchPage({ wakes, leaves }: PageListener): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') wakes()
  }
  const network = (navigator as { connection?: EventTarget }).connection
  const stops = [
    listen(wakes, [
      [window, 'online'],
      [window, 'pageshow'],
      ...(network ? ([[network, 'change']] as const) : []),
    ]),
    listen(whenVisible, [[document, 'visibilitychange']]),
    listen(leaves, [[window, 'pagehide']]),
  ]
  return () => stops.forEach((stop) => stop())
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
