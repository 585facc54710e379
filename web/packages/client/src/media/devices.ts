// The microphones, cameras and speakers of this browser, and which of them calls use. A chosen
// device that is missing is replaced for now and used again when it is back.
import { constraintsFor } from './constraints'
import type { ErrorCode } from '../generated/errors'
import type { Capture } from '../generated/phone'
import { classify, describeFailure, unavailable } from './mediaErrors'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type DeviceKind = 'microphone' | 'camera' | 'speaker'

/** All kinds of devices, in the order in which an interface shows them. */
export const deviceKinds: readonly DeviceKind[] = ['microphone', 'camera', 'speaker']

/** The kinds of devices that capture. */
export type CaptureKind = Exclude<DeviceKind, 'speaker'>

/** A device. `label` is empty until the page has been allowed to use a device of this kind. */
export type Device = { readonly id: string; readonly label: string }

/** The devices by kind. */
export type DeviceList = Readonly<Record<DeviceKind, readonly Device[]>>

/** The result of `Devices.open`: a stream, or a code of the error catalogue. */
export type Opened =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly error: ErrorCode }

/**
 * The devices of the browser and the person's choice. Works in every state of the phone, signed in
 * or not.
 */
export type Devices = {
  /**
   * Lists the devices without the system's default. The lists are empty if the browser can not list
   * them.
   */
  list(): Promise<DeviceList>
  /** The id of the chosen device; undefined means the system's default. */
  chosen(kind: DeviceKind): string | undefined
  /**
   * Chooses a device for calls, at once and for later visits; undefined chooses the system's
   * default.
   */
  choose(kind: DeviceKind, id: string | undefined): void
  /**
   * Calls the listener when devices are added or removed, and with the kind when one is chosen.
   * Returns a function that stops it.
   */
  onChange(listener: (chosen?: DeviceKind) => void): () => void
  /**
   * Opens a device outside of a call, for a preview. Never rejects. The caller stops the tracks.
   */
  open(kind: CaptureKind): Promise<Opened>
  /** Whether a page can choose the speaker in this browser. */
  readonly choosesSpeaker: boolean
  /** Plays `player` on the chosen speaker, or on the system's if the chosen one can't be used. */
  route(player: HTMLMediaElement | AudioContext): Promise<void>
  /** The chosen speaker, if it turned out that it can't be used. */
  refusedSpeaker(): string | undefined
  /** Calls the listener when `refusedSpeaker` changes. Returns a function that stops it. */
  onSpeakerRefused(listener: () => void): () => void
}

/** A list without devices, for use before the first list is known. */
export const noDevices: DeviceList = { microphone: [], camera: [], speaker: [] }

const kindOf: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
}

/** Ids and names that browsers use for the system's present choice. */
const aliases = new Set(['', 'default', 'communications'])

/** Creates the devices of a page. `onOpened` is called after every granted request. */
export function createDevices(
  platform: Platform,
  onOpened: (kind: CaptureKind) => void = () => undefined,
  log: Shell['log'] = () => undefined,
): Devices {
  const listeners = new Set<(chosen?: DeviceKind) => void>()
  const refusalListeners = new Set<() => void>()
  /** Choices that the browser could not store; they last as long as the page. */
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
        // The choice has changed during the switch; the newer switch must stand.
        if (id === '' || id !== chosen('speaker')) return
        log('warning', `the chosen speaker can't be used: ${describeError(thrown).name}`)
        // A failed route for tones says nothing about the call.
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

/** Returns whether the browser stored the value beyond this page. */
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
