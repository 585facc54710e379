// Which microphone, camera and speaker calls use here: what there is, what was chosen, and how to open
// it. A choice is a wish: a device that is not there is passed over, and used again once it is back.
import type { ErrorCode } from './generated/errors'
import type { MediaKind } from './generated/wire'
import { classify } from './mediaErrors'
import type { Platform } from './platform'
import { describeError } from './text'

export type DeviceKind = 'microphone' | 'camera' | 'speaker'

export const deviceKinds: readonly DeviceKind[] = ['microphone', 'camera', 'speaker']

/** The label is empty until the person has let the page use a device of that kind. */
export type Device = { readonly id: string; readonly label: string }

export type DeviceList = Readonly<Record<DeviceKind, readonly Device[]>>

export type Opened =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly error: ErrorCode }

export type Devices = {
  /** What there is, without the system's default; nothing where the browser does not tell. */
  list(): Promise<DeviceList>
  /** The id of the device that was chosen; nothing means the system's default. */
  chosen(kind: DeviceKind): string | undefined
  choose(kind: DeviceKind, id: string | undefined): void
  /** Calls back when devices come or go, and when one is chosen; returns how to stop. */
  onChange(listener: () => void): () => void
  /** How microphone and camera are asked for. */
  constraints(microphone: boolean, camera: boolean): MediaStreamConstraints
  /** Opens one outside of a call, for a look at it. The caller stops its tracks. */
  open(kind: Exclude<DeviceKind, 'speaker'>): Promise<Opened>
  /** Whether a page can choose where sound comes out. */
  readonly choosesSpeaker: boolean
  /** Has an element play through the chosen speaker, or the system's if that one can't be had. */
  route(element: HTMLMediaElement): Promise<void>
}

export const noDevices: DeviceList = { microphone: [], camera: [], speaker: [] }

const kindOf: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
}

/** Names that browsers give to whatever the system prefers at the moment. */
const aliases = new Set(['', 'default', 'communications'])

export function createDevices(platform: Platform): Devices {
  const listeners = new Set<() => void>()

  const chosen = (kind: DeviceKind) => {
    try {
      return platform.store?.getItem(keyOf(kind)) ?? undefined
    } catch {
      return undefined
    }
  }
  const wish = (kind: DeviceKind) => {
    const id = chosen(kind)
    return id === undefined ? {} : { deviceId: { ideal: id } }
  }
  const constraints = (microphone: boolean, camera: boolean): MediaStreamConstraints => ({
    audio: microphone && {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...wish('microphone'),
    },
    video: camera && {
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
      ...wish('camera'),
    },
  })

  return {
    async list() {
      const found = { microphone: [] as Device[], camera: [] as Device[], speaker: [] as Device[] }
      try {
        for (const { kind, deviceId: id, label } of (await platform.listDevices?.()) ?? []) {
          if (!aliases.has(id)) found[kindOf[kind]].push({ id, label })
        }
      } catch {
        return noDevices
      }
      return found
    },
    chosen,
    choose(kind, id) {
      try {
        if (id === undefined) platform.store?.removeItem(keyOf(kind))
        else platform.store?.setItem(keyOf(kind), id)
      } catch {
        // Forgotten by the browser; there is nothing else to remember it.
      }
      for (const listener of [...listeners]) listener()
    },
    onChange(listener) {
      listeners.add(listener)
      const stop = platform.onDevicesChanged(listener)
      return () => {
        listeners.delete(listener)
        stop()
      }
    },
    constraints,
    async open(kind) {
      const media: MediaKind = kind === 'microphone' ? 'audio' : 'video'
      if (!platform.getUserMedia) {
        const name = platform.isSecure ? 'NotSupportedError' : 'InsecureContextError'
        return { ok: false, error: classify(media, name) }
      }
      try {
        const asked = constraints(kind === 'microphone', kind === 'camera')
        return { ok: true, stream: await platform.getUserMedia(asked) }
      } catch (thrown) {
        return { ok: false, error: classify(media, describeError(thrown).name) }
      }
    },
    get choosesSpeaker() {
      return platform.choosesSpeaker
    },
    async route(element) {
      if (typeof (element as { setSinkId?: unknown }).setSinkId !== 'function') return
      try {
        await element.setSinkId(chosen('speaker') ?? '')
      } catch {
        await element.setSinkId('').catch(() => undefined)
      }
    },
  }
}

function keyOf(kind: DeviceKind): string {
  return `parley.device.${kind}`
}
