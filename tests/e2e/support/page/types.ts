// What the scripts in a page and the tests outside of it tell each other.

export type DeviceKind = 'microphone' | 'camera' | 'speaker'

/** A device that is not there. Each can be told apart by what it captures. */
export type FakeDevice = {
  readonly kind: DeviceKind
  readonly id: string
  readonly label: string
  /** Devices in one housing have the same group. */
  readonly group: string
  /** The tone that a microphone hears, and how loud; of a camera, the colour that it sees. */
  readonly hz?: number
  readonly level?: number
  readonly colour?: string
}

/** What becomes of a request for a device. Without one of these it is granted at once. */
export type Behaviour =
  | { readonly does: 'opens'; readonly afterMs: number }
  | {
      readonly does: 'fails'
      readonly name: string
      readonly message?: string
      readonly constraint?: string
      readonly afterMs?: number
      /** After so many requests the device works. Always, when left out. */
      readonly times?: number
    }
  /** Until the test says what: as an open prompt, or a device that hangs. */
  | { readonly does: 'waits' }

export type PermissionKind = 'microphone' | 'camera'

export type HardwareState = {
  readonly devices: readonly FakeDevice[]
  /** What the system prefers; the first of a kind when left out. */
  readonly defaults: Readonly<Partial<Record<DeviceKind, string>>>
  readonly permissions: Readonly<Record<PermissionKind, PermissionState>>
  /** By the id of a device, a kind, or `screen`. */
  readonly behaviours: Readonly<Record<string, Behaviour>>
}

/** One call of getUserMedia or getDisplayMedia. Moments are milliseconds since the page was loaded. */
export type Request = {
  readonly source: 'devices' | 'screen'
  readonly constraints: unknown
  readonly at: number
  /** The name of the error, or `granted`; nothing while it is pending. */
  readonly outcome?: string
  readonly settledAt?: number
}

/** A local track that the page was ever given, clones included. */
export type LocalTrack = {
  readonly kind: string
  readonly source: 'devices' | 'screen'
  readonly device: string | undefined
  readonly clone: boolean
  /** The same for a track and its clones: they hold one device open together. */
  readonly capture: number
  readonly live: boolean
  /** It was still live when a timer came due that was set for 100 ms when it opened. */
  readonly livedOn: boolean
}

/** What a page holds that must be given back: seen from outside of the app. */
export type Held = {
  readonly connections: number
  /** Captures with a live track; copies are counted once. */
  readonly tracks: number
  readonly sockets: number
}

export type LineKind = 'audio' | 'camera' | 'screen'

/** One section of media of one connection, with what has gone through it so far. */
export type Line = {
  readonly connection: number
  readonly kind: LineKind
  readonly direction: string
  readonly currentDirection: string | null
  /** What is sent from; nothing when the sender has no track. */
  readonly track: {
    readonly kind: string
    readonly readyState: string
    readonly enabled: boolean
    readonly muted: boolean
    readonly device: string | undefined
  } | null
  readonly sent: {
    readonly packets: number
    readonly bytes: number
    readonly framesEncoded: number
    /** Nothing while the sender has no track. */
    readonly energy: number | undefined
  }
  readonly received: {
    readonly packets: number
    readonly lost: number
    readonly energy: number
    readonly framesDecoded: number
  }
}

/** What was heard during a recording. */
export type Heard = {
  readonly samples: number
  /** The highest level that a sender gave to one of its packets, between 0 and 1. */
  readonly loudest: number
  /** Growth of the energy received; a sound leaves traces in it for a second. */
  readonly energy: number
}

/** What to look at in every frame: an attribute, a colour, or whether a text is there. */
export type Watched = Readonly<
  Record<
    string,
    {
      readonly selector: string
      readonly attribute?: string
      readonly text?: string
      readonly colour?: true
    }
  >
>

/** What the tests work with in a page. Each part is put there by the script of its name. */
export type Kit = {
  held: {
    count(): Held
    leaks(): string[]
    tracks(): LocalTrack[]
    connections(): RTCPeerConnection[]
    playAll(): void
    heard(): Promise<number>
    packets(): Promise<number>
    tones(): { now: string[]; ever: string[] }
    said(type: string): number
    asked(): number
    opened(): { sockets: number; connections: number }
    watchSenders(): void
    mostSending(): number
  }
  rtp: {
    lines(): Promise<Line[]>
    fail(): void
    ice(): (string | undefined)[]
    record(everyMs: number): void
    heard(): Heard
    recorded(): Promise<Heard>
    tone(): Promise<number>
    colour(selector: string): string | undefined
  }
  requests: {
    set(target: string, behaviour: Behaviour | undefined): void
    /** Settles as the behaviours of these targets say; waits as well when there is a prompt. */
    behave(
      source: Request['source'] | 'list',
      targets: readonly (readonly string[])[],
      prompts: boolean,
    ): Promise<void>
    /** The same for a request: `check` refuses or tells of a prompt, `open` makes the stream. */
    run(
      request: Pick<Request, 'source' | 'constraints'>,
      targets: readonly (readonly string[])[],
      check: () => boolean,
      open: () => Promise<MediaStream>,
    ): Promise<MediaStream>
    /** Settles what waits; the answer of a person to a prompt. */
    settle(source: Request['source'] | 'list', error?: string, message?: string): number
    all(): Request[]
    fault(name: string, message?: string, constraint?: string): Error
  }
  sources: {
    open(device: FakeDevice, tells: MediaTrackSettings): Promise<MediaStreamTrack>
    end(device: string): Promise<void>
    mute(device: string, muted: boolean): void
  }
  devices: {
    plug(devices: readonly FakeDevice[]): void
    unplug(ids: readonly string[]): Promise<void>
    setDefault(kind: DeviceKind, id: string): void
    changed(times: number): void
    permit(kind: PermissionKind, state: PermissionState): Promise<void>
    answer(answer: 'grant' | 'deny' | 'dismiss'): number
  }
  screen: {
    stop(): Promise<void>
    answer(answer: 'share' | 'cancel'): number
  }
  tab: {
    hide(granularityMs: number): void
    show(): void
    rounds(): number
  }
  frames: {
    watch(what: Watched): void
    seen(): Promise<Record<string, string>[]>
  }
  sound: {
    delay(ms: number): void
  }
}

declare global {
  interface Window {
    parleyKit: Kit
    MediaStreamTrackProcessor: new <Chunk>(init: { track: MediaStreamTrack }) => {
      readonly readable: ReadableStream<Chunk>
    }
    MediaStreamTrackGenerator: new <Chunk>(init: {
      kind: 'audio' | 'video'
    }) => MediaStreamTrack & { readonly writable: WritableStream<Chunk> }
  }
}
