// The types that the scripts in a page and the tests share.

export type DeviceKind = 'microphone' | 'camera' | 'speaker'

/** A fake device. Each is recognised by its tone or colour. */
export type FakeDevice = {
  readonly kind: DeviceKind
  readonly id: string
  readonly label: string
  /** Devices in one housing have the same group. */
  readonly group: string
  /** The tone of a microphone and its loudness; the colour of a camera. */
  readonly hz?: number
  readonly level?: number
  readonly colour?: string
}

/** The result of a request for a device. Without one it is granted at once. */
export type Behaviour =
  | { readonly does: 'opens'; readonly afterMs: number }
  | {
      readonly does: 'fails'
      readonly name: string
      readonly message?: string
      readonly constraint?: string
      readonly afterMs?: number
      /** After this many requests the device works. If left out, it always fails. */
      readonly times?: number
    }
  /** The request waits until the test settles it: an open prompt, or a device that hangs. */
  | { readonly does: 'waits' }

export type PermissionKind = 'microphone' | 'camera'

export type HardwareState = {
  readonly devices: readonly FakeDevice[]
  /** The device that the system prefers; if left out, the first of a kind. */
  readonly defaults: Readonly<Partial<Record<DeviceKind, string>>>
  readonly permissions: Readonly<Record<PermissionKind, PermissionState>>
  /** By the id of a device, a kind, or `screen`. */
  readonly behaviours: Readonly<Record<string, Behaviour>>
}

/**
 * One call of getUserMedia or getDisplayMedia. Moments are milliseconds since the page was loaded.
 */
export type Request = {
  readonly source: 'devices' | 'screen'
  readonly constraints: unknown
  readonly at: number
  /** The name of the error, or `granted`; absent while it is pending. */
  readonly outcome?: string
  readonly settledAt?: number
}

/** A local track that the page has had, with clones. */
export type LocalTrack = {
  readonly kind: string
  readonly source: 'devices' | 'screen'
  readonly device: string | undefined
  readonly clone: boolean
  /** The same for a track and its clones: together they keep one device open. */
  readonly capture: number
  readonly live: boolean
  /** The track was still live when a timer of 100 ms, set at its start, fired. */
  readonly livedOn: boolean
}

/** Resources that a page holds and must release, measured outside of the app. */
export type Held = {
  readonly connections: number
  /** Captures with a live track; clones are counted once. */
  readonly tracks: number
  readonly sockets: number
}

export type LineKind = 'audio' | 'camera' | 'screen'

/** One media section of one connection, with its statistics so far. */
export type Line = {
  readonly connection: number
  readonly kind: LineKind
  readonly direction: string
  readonly currentDirection: string | null
  /** The source of the sender; absent without a track. */
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
    /** Absent while the sender has no track. */
    readonly energy: number | undefined
  }
  readonly received: {
    readonly packets: number
    readonly lost: number
    readonly energy: number
    readonly framesDecoded: number
  }
}

/** The sound of a recording. */
export type Heard = {
  readonly samples: number
  /** The highest level of a sent packet, between 0 and 1. */
  readonly loudest: number
  /** Growth of the received energy; a sound is visible in it for a second. */
  readonly energy: number
}

/** What to record in every frame: an attribute, a colour, or whether a text is present. */
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

/** The interface of the tests to a page. Each part is set by the script of its name. */
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
    /** Settles as the behaviours of these targets say; waits as well during a prompt. */
    behave(
      source: Request['source'] | 'list',
      targets: readonly (readonly string[])[],
      prompts: boolean,
    ): Promise<void>
    /** The same for a request: `check` refuses or reports a prompt, `open` makes the stream. */
    run(
      request: Pick<Request, 'source' | 'constraints'>,
      targets: readonly (readonly string[])[],
      check: () => boolean,
      open: () => Promise<MediaStream>,
    ): Promise<MediaStream>
    /** Settles waiting requests: a person's answer to a prompt. */
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
