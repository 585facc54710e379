// A list of devices that the test defines, behind enumerateDevices, getUserMedia, setSinkId and the
// permissions of the page, with their events.
import type { DeviceKind, HardwareState, PermissionKind } from './types'

/** Runs in the page before the app. Changes survive a reload of the page. */
export function installDevices(key: string, initial: HardwareState): void {
  const { requests, sources } = window.parleyKit
  const media = navigator.mediaDevices
  let state = (JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? initial) as HardwareState
  const change = (changed: Partial<HardwareState>) => {
    state = { ...state, ...changed }
    sessionStorage.setItem(key, JSON.stringify(state))
  }

  const of = (kind: DeviceKind) => state.devices.filter((device) => device.kind === kind)
  /** The device that the system prefers, if there is a device. */
  const preferred = (kind: DeviceKind) =>
    of(kind).find(({ id }) => id === state.defaults[kind]) ?? of(kind)[0]
  const needs = (kind: DeviceKind): PermissionKind => (kind === 'camera' ? kind : 'microphone')
  const isAllowed = (kind: DeviceKind) => state.permissions[needs(kind)] === 'granted'

  const changed = (times = 1) => {
    for (let i = 0; i < times; ++i) media.dispatchEvent(new Event('devicechange'))
  }

  // ---- The list ----

  const apiNames = {
    microphone: 'audioinput',
    camera: 'videoinput',
    speaker: 'audiooutput',
  } as const
  const info = (kind: DeviceKind, deviceId: string, label: string, groupId: string) => {
    const told = { kind: apiNames[kind], deviceId, label, groupId }
    return { ...told, toJSON: () => told }
  }
  const listed = (kind: DeviceKind) => {
    const first = preferred(kind)
    if (!first) return []
    if (!isAllowed(kind)) return [info(kind, '', '', '')]
    const all = of(kind).map(({ id, label, group }) => info(kind, id, label, group))
    if (kind === 'camera') return all
    // Chromium lists the preferred sound device twice: under its own name and as `default`.
    return [info(kind, 'default', `Default - ${first.label}`, first.group), ...all]
  }
  media.enumerateDevices = async () => {
    await requests.behave('list', [['list']], false)
    return (['microphone', 'camera', 'speaker'] as const).flatMap(listed)
  }

  // ---- Capture ----

  const ids = (wanted: ConstrainDOMString | undefined, how: 'exact' | 'ideal'): string[] => {
    if (wanted === undefined) return []
    if (typeof wanted === 'string' || Array.isArray(wanted))
      return how === 'ideal' ? [wanted].flat() : []
    return [wanted[how] ?? []].flat()
  }
  /** The device that a request selects, and the id that its track reports. */
  const choose = (kind: PermissionKind, asked: boolean | MediaTrackConstraints) => {
    const first = preferred(kind)
    if (!first) throw requests.fault('NotFoundError')
    const { deviceId, groupId } = asked === true || asked === false ? {} : asked
    const named = (id: string) =>
      id === 'default' && kind !== 'camera' ? first : of(kind).find((device) => device.id === id)
    const found = (how: 'exact' | 'ideal') => ids(deviceId, how).find((id) => named(id))
    const exact = found('exact')
    if (ids(deviceId, 'exact').length > 0 && exact === undefined) {
      throw requests.fault('OverconstrainedError', '', 'deviceId')
    }
    const groups = ids(groupId, 'exact')
    const inGroup = of(kind).find(({ group }) => groups.includes(group))
    if (groups.length > 0 && !inGroup) throw requests.fault('OverconstrainedError', '', 'groupId')
    const id = exact ?? found('ideal') ?? inGroup?.id ?? (kind === 'camera' ? first.id : 'default')
    return { device: named(id) ?? first, tells: id }
  }

  media.getUserMedia = (constraints = {}) => {
    const asked = { microphone: constraints.audio ?? false, camera: constraints.video ?? false }
    const kinds = (['microphone', 'camera'] as const).filter((kind) => asked[kind])
    const request = { source: 'devices', constraints: structuredClone(constraints) } as const
    const targets: string[][] = kinds.map((kind) => {
      try {
        return [choose(kind, asked[kind]).device.id, kind]
      } catch {
        return [kind]
      }
    })
    const check = () => {
      if (kinds.length === 0) {
        throw new TypeError('At least one of audio and video must be requested')
      }
      for (const kind of kinds) choose(kind, asked[kind])
      if (kinds.some((kind) => state.permissions[kind] === 'denied')) {
        throw requests.fault('NotAllowedError')
      }
      return kinds.some((kind) => state.permissions[kind] === 'prompt')
    }
    return requests.run(request, targets, check, async () => {
      // The device may be unplugged while the prompt is open.
      const chosen = kinds.map((kind) => choose(kind, asked[kind]))
      const opening = chosen.map(async ({ device, tells }) =>
        sources.open(device, { deviceId: tells, groupId: device.group }),
      )
      return new MediaStream(await Promise.all(opening))
    })
  }

  // ---- Permissions ----

  // One object for each name, also for a query during the first one.
  const statuses = new Map<string, Promise<PermissionStatus>>()
  const query = navigator.permissions.query.bind(navigator.permissions)
  navigator.permissions.query = async (wanted) => {
    const name = String(wanted.name)
    if (name !== 'microphone' && name !== 'camera') return query(wanted)
    const status = statuses.get(name) ?? query(wanted)
    statuses.set(name, status)
    return Object.defineProperty(await status, 'state', {
      configurable: true,
      get: () => state.permissions[name],
    })
  }
  const permit = async (kind: PermissionKind, now: PermissionState) => {
    if (state.permissions[kind] === now) return
    change({ permissions: { ...state.permissions, [kind]: now } })
    const status = await statuses.get(kind)
    status?.dispatchEvent(new Event('change'))
    // A browser that removes a permission ends the tracks of that permission.
    if (now === 'denied') await Promise.all(of(kind).map(async ({ id }) => sources.end(id)))
  }

  // ---- Speakers ----

  const sinks = new WeakMap<HTMLMediaElement, string>()
  HTMLMediaElement.prototype.setSinkId = async function (id) {
    if (!['', 'default', ...of('speaker').map((device) => device.id)].includes(id)) {
      throw requests.fault('NotFoundError', 'Requested device not found')
    }
    sinks.set(this, id)
  }
  Object.defineProperty(HTMLMediaElement.prototype, 'sinkId', {
    configurable: true,
    get(this: HTMLMediaElement) {
      return sinks.get(this) ?? ''
    },
  })

  window.parleyKit.devices = {
    changed,
    permit,
    plug(devices) {
      change({ devices: [...state.devices, ...devices] })
      changed()
    },
    async unplug(gone) {
      change({ devices: state.devices.filter(({ id }) => !gone.includes(id)) })
      await Promise.all(gone.map(async (id) => sources.end(id)))
      changed()
    },
    setDefault(kind, id) {
      change({ defaults: { ...state.defaults, [kind]: id } })
    },
    answer(answer) {
      const decided = answer === 'grant' ? 'granted' : 'denied'
      for (const kind of ['microphone', 'camera'] as const) {
        if (state.permissions[kind] === 'prompt' && answer !== 'dismiss') void permit(kind, decided)
      }
      if (answer === 'grant') return requests.settle('devices')
      const message = answer === 'deny' ? 'Permission denied' : 'Permission dismissed'
      return requests.settle('devices', 'NotAllowedError', message)
    },
  }
}
