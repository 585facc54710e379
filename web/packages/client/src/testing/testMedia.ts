import type { Permission, SourceKind } from '../generated/phone'
import type { FakePlatform } from './fakePlatform'
import { FakeTrack } from './fakeTrack'

/**
 * `asked`: the permission prompt is open. `error`: the name of the error with which the request
 * rejects.
 */
type Access = 'allowed' | 'asked' | { readonly error: string }

type Run = (work: () => void) => Promise<void>

const deviceKinds = {
  microphone: 'audioinput',
  camera: 'videoinput',
} as const satisfies Partial<Record<SourceKind, MediaDeviceKind>>

type Pluggable = keyof typeof deviceKinds

/** Microphones, cameras and screens, and whether the person allows the page to use them. */
export class TestMedia {
  readonly #platform: FakePlatform
  readonly #run: Run
  readonly #access = new Map<SourceKind, Access>()
  readonly #tracks: { readonly source: SourceKind; readonly track: FakeTrack }[] = []
  #decided: (() => void)[] = []

  constructor(platform: FakePlatform, run: Run) {
    this.#platform = platform
    this.#run = run
    platform.found = [device('microphone'), device('camera'), speaker]
    platform.getUserMedia = ({ audio, video }) =>
      this.#capture([
        ...(audio ? [['microphone', audio] as const] : []),
        ...(video ? [['camera', video] as const] : []),
      ])
    platform.getDisplayMedia = () => this.#capture([['screen', true]])
  }

  /** The browser shows a permission prompt and the person has not answered yet. */
  async asks(source: SourceKind): Promise<void> {
    await this.#decide(source, 'asked', 'prompt')
  }

  async allows(source: SourceKind): Promise<void> {
    await this.#decide(source, 'allowed', 'granted')
  }

  /** Requests fail with a DOMException of this name (W3C mediacapture-streams, 10.2). */
  async refuses(source: SourceKind, error = 'NotAllowedError'): Promise<void> {
    const isNo = error === 'NotAllowedError'
    await this.#decide(source, { error }, isNo ? 'denied' : undefined)
  }

  /** Removes all devices of a kind, even one in use. */
  async unplug(source: Pluggable): Promise<void> {
    await this.#run(() => {
      const kind = deviceKinds[source]
      this.#platform.found = this.#found().filter((found) => found.kind !== kind)
      for (const track of this.#live(source)) track.vanishes()
      this.#platform.plug()
    })
  }

  async plugIn(source: Pluggable, id?: string, label?: string): Promise<void> {
    await this.#run(() => {
      this.#platform.found = [...this.#found(), device(source, id, label)]
      this.#platform.plug()
    })
  }

  /** A switch on the device silences it, or stops doing so. The phone notices it after a second. */
  async silence(source: SourceKind, silenced = true): Promise<void> {
    await this.#run(() => {
      for (const track of this.#live(source)) track.silenced(silenced)
    })
  }

  /** Whether a source captures at this moment. */
  isOpen(source: SourceKind): boolean {
    return this.#live(source).length > 0
  }

  #decide(source: SourceKind, access: Access, permission: Permission | undefined): Promise<void> {
    return this.#run(() => {
      this.#access.set(source, access)
      if (permission) this.#platform.allow(source, permission)
      const waiting = this.#decided
      this.#decided = []
      for (const decided of waiting) decided()
    })
  }

  async #capture(
    wanted: readonly (readonly [SourceKind, boolean | MediaTrackConstraints])[],
  ): Promise<MediaStream> {
    while (wanted.some(([source]) => this.#access.get(source) === 'asked')) {
      await new Promise<void>((resolve) => this.#decided.push(resolve))
    }
    for (const [source] of wanted) {
      const access = this.#access.get(source)
      if (typeof access === 'object') throw new DOMException('as the test wants it', access.error)
    }
    const tracks = wanted.map(([source, constraints]) => this.#open(source, constraints))
    return this.#platform.createStream(tracks as unknown as MediaStreamTrack[])
  }

  #open(source: SourceKind, constraints: boolean | MediaTrackConstraints): FakeTrack {
    const track = new FakeTrack(
      source === 'microphone' ? 'audio' : 'video',
      `${source} ${this.#tracks.length}`,
    )
    if (source !== 'screen') {
      const { deviceId, groupId } = this.#choose(source, constraints)
      track.settings = { deviceId, groupId }
    }
    this.#tracks.push({ source, track })
    return track
  }

  #choose(source: Pluggable, constraints: boolean | MediaTrackConstraints): MediaDeviceInfo {
    const plugged = this.#found().filter(({ kind }) => kind === deviceKinds[source])
    const id = exactId(constraints)
    const chosen = id === undefined ? plugged[0] : plugged.find(({ deviceId }) => deviceId === id)
    if (chosen) return chosen
    if (plugged.length === 0) throw new DOMException('as the test wants it', 'NotFoundError')
    const unmet = new DOMException('as the test wants it', 'OverconstrainedError')
    throw Object.assign(unmet, { constraint: 'deviceId' })
  }

  #found(): readonly MediaDeviceInfo[] {
    return this.#platform.found ?? []
  }

  #live(source: SourceKind): readonly FakeTrack[] {
    return this.#tracks
      .filter((one) => one.source === source && one.track.readyState === 'live')
      .map(({ track }) => track)
  }
}

const speaker = listed('audiooutput', 'speaker-1', 'Speaker')

function device(source: Pluggable, id = `${source}-1`, label?: string): MediaDeviceInfo {
  const name = source === 'microphone' ? 'Microphone' : 'Camera'
  return listed(deviceKinds[source], id, label ?? name)
}

function listed(kind: MediaDeviceKind, deviceId: string, label: string): MediaDeviceInfo {
  return { kind, deviceId, label, groupId: deviceId, toJSON: () => ({}) }
}

function exactId(constraints: boolean | MediaTrackConstraints): string | undefined {
  const wanted = typeof constraints === 'object' ? constraints.deviceId : undefined
  const exact = typeof wanted === 'object' && 'exact' in wanted ? wanted.exact : undefined
  return typeof exact === 'string' ? exact : undefined
}
