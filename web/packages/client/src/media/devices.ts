// Which microphone, camera and speaker calls use here: what there is, what was chosen, and a look at it.
// A choice is a wish: a device that is not there is passed over, and used again once it is back.
import { constraintsFor } from './constraints'
import type { ErrorCode } from '../generated/errors'
import type { Capture } from '../generated/phone'
import { classify, describeFailure, unavailable } from './mediaErrors'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type DeviceKind = 'microphone' | 'camera' | 'speaker'

export const deviceKinds: readonly DeviceKind[] = ['microphone', 'camera', 'speaker']

/** A device that captures. */
export type CaptureKind = Exclude<DeviceKind, 'speaker'>

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
  /**
   * Calls back when devices come or go, and with its kind when one is chosen; returns how to stop.
   */
  onChange(listener: (chosen?: DeviceKind) => void): () => void
  /** Opens one outside of a call, for a look at it. The caller stops its tracks. */
  open(kind: CaptureKind): Promise<Opened>
  /** Whether a page can choose where sound comes out. */
  readonly choosesSpeaker: boolean
  /** Has it play through the chosen speaker, or the system's if that one can't be had. */
  route(player: HTMLMediaElement | AudioContext): Promise<void>
  /** The chosen speaker, once it turned out that nothing can be played through it. */
  refusedSpeaker(): string | undefined
  /** Calls back when that changes; returns how to stop. */
  onSpeakerRefused(listener: () => void): () => void
}

export const noDevices: DeviceList = { microphone: [], camera: [], speaker: [] }

const kindOf: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
}

/** Names that browsers give to whatever the system prefers at the moment. */
const aliases = new Set(['', 'default', 'communications'])

/** `onOpened` is called after every grant. */
export function createDevices(
  platform: Platform,
  onOpened: (kind: CaptureKind) => void = () => undefined,
  log: Shell['log'] = () => undefined,
): Devices {
  const listeners = new Set<(chosen?: DeviceKind) => void>()
  const refusalListeners = new Set<() => void>()
  /** Choices that the browser would not keep; they last as long as the page. */
  const unkept = new Map<DeviceKind, string | undefined>()
  let refused: string | undefined

  const setRefused = (speaker: string | undefined) => {
    if (speaker === refused) return
    refused = speaker
    for (const listener of [...refusalListeners]) listener()
  }

  const chosen = (kind: DeviceKind) => {
    if (unkept.has(kind)) return unkept.get(kind)
    try {
      return platform.store?.getItem(keyOf(kind)) ?? undefined
    } catch {
      return undefined
    }
  }

  const open = async (kind: CaptureKind, capture: Capture): Promise<Opened> => {
    try {
      if (!platform.getUserMedia) throw unavailable(platform)
      const stream = await platform.getUserMedia(constraintsFor({ [kind]: capture }))
      onOpened(kind)
      return { ok: true, stream }
    } catch (thrown) {
      const failure = await describeFailure(platform, [kind], thrown)
      return { ok: false, error: classify(kind, failure) }
    }
  }

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
      if (keep(platform.store, keyOf(kind), id)) unkept.delete(kind)
      else unkept.set(kind, id)
      if (kind === 'speaker') setRefused(undefined)
      for (const listener of [...listeners]) listener(kind)
    },
    onChange(listener) {
      listeners.add(listener)
      const stop = platform.onDevicesChanged(() => listener())
      return () => {
        listeners.delete(listener)
        stop()
      }
    },
    async open(kind) {
      const id = chosen(kind)
      const device = id === undefined ? {} : { device: id }
      const opened = await open(kind, { quality: 'full', ...device })
      if (opened.ok === true) return opened
      const isGone = opened.error === `device/${kind}-missing` && id !== undefined
      if (isGone) return open(kind, { quality: 'full' })
      const isAskedTooMuch = opened.error === `device/${kind}-unsuitable`
      return isAskedTooMuch ? open(kind, { quality: 'any', ...device }) : opened
    },
    get choosesSpeaker() {
      return platform.choosesSpeaker
    },
    async route(player) {
      if (!canBeRouted(player)) return
      const id = chosen('speaker') ?? ''
      try {
        await player.setSinkId(id)
        if (id === refused && !isForTones(player)) setRefused(undefined)
      } catch (thrown) {
        // Chosen since then: another route is on its way, and must not be taken back.
        if (id === '' || id !== chosen('speaker')) return
        log('warning', `the chosen speaker can't be used: ${describeError(thrown).name}`)
        // Where tones are heard says nothing about the call.
        if (!isForTones(player)) setRefused(id)
        await player.setSinkId('').catch(() => undefined)
      }
    },
    refusedSpeaker: () => refused,
    onSpeakerRefused(listener) {
      refusalListeners.add(listener)
      return () => refusalListeners.delete(listener)
    },
  }
}

function isForTones(player: HTMLMediaElement | AudioContext): player is AudioContext {
  return 'destination' in player
}

/** Whether the browser keeps it beyond this page. */
function keep(store: Platform['store'], key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) store?.removeItem(key)
    else store?.setItem(key, value)
    return store !== undefined
  } catch {
    return false
  }
}

type Routed = { setSinkId(id: string): Promise<void> }

function canBeRouted(player: object): player is Routed {
  return typeof (player as Partial<Routed>).setSinkId === 'function'
}

function keyOf(kind: DeviceKind): string {
  return `parley.device.${kind}`
}
