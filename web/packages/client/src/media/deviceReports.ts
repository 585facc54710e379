// Reports to the core which microphones and cameras exist, which the person chose, and whether the
// page may use them.
import type { CaptureKind, DeviceKind, Devices } from './devices'
import {
  eventLimits,
  type ListedDevice,
  type Permission,
  type SourceKind,
} from '../generated/phone'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError, hardwareId } from '../text'

export type DeviceReports = {
  /** Reports the present devices and watches for changes. */
  start(): void
  /** A source was opened. From now on browsers name the devices of its kind. */
  opened(source: SourceKind): void
  close(): void
}

const sources = ['microphone', 'camera'] as const satisfies readonly CaptureKind[]

const sourceOf: Partial<Record<MediaDeviceKind, CaptureKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
}

export function createDeviceReports(
  platform: Platform,
  shell: Shell,
  devices: Devices,
): DeviceReports {
  const opened = new Set<SourceKind>()
  const accessTold = new Set<SourceKind>()
  let newest = 0
  let closed = false

  const list = async () => {
    const mine = (newest += 1)
    try {
      const found = await platform.listDevices?.()
      // A newer list was requested, or the phone is closed.
      if (!found || mine !== newest) return
      shell.report({
        type: 'devices_listed',
        devices: found.flatMap(entryOf).slice(0, eventLimits.DevicesListed.devices),
      })
    } catch (thrown) {
      shell.log('warning', `devices can't be listed: ${describeError(thrown).name}`)
    }
  }

  const tellChoice = (source: CaptureKind) => {
    const id = devices.chosen(source)
    const device = id === undefined ? {} : { device: hardwareId(id) }
    shell.report({ type: 'device_chosen', source, ...device })
  }

  const changed = (chosen?: DeviceKind) => {
    if (chosen === undefined) void list()
    else if (chosen !== 'speaker') tellChoice(chosen)
  }

  const tellAccess = (source: CaptureKind, permission: Permission) => {
    accessTold.add(source)
    shell.report({ type: 'permission_changed', source, permission })
  }

  const readAccess = async (source: CaptureKind) => {
    const permission = await platform.queryPermission(source).catch(() => undefined)
    // A change that came during the query is newer.
    if (permission && !closed && !accessTold.has(source)) tellAccess(source, permission)
  }

  const stops = [
    devices.onChange(changed),
    ...sources.map((source) =>
      platform.onPermissionChanged(source, (permission) => {
        tellAccess(source, permission)
        void list()
      }),
    ),
  ]

  return {
    start() {
      // The core assumes the system's choice by default.
      for (const source of sources) {
        if (devices.chosen(source) !== undefined) tellChoice(source)
        void readAccess(source)
      }
      void list()
    },
    opened(source) {
      if (source === 'screen' || opened.has(source)) return
      opened.add(source)
      void list()
    },
    close() {
      closed = true
      newest += 1
      for (const stop of stops) stop()
    },
  }
}

/**
 * Leaves out Windows' second alias. A device that the browser does not name yet has an empty id.
 */
function entryOf({ kind, deviceId, groupId }: MediaDeviceInfo): ListedDevice[] {
  const source = sourceOf[kind]
  if (!source || deviceId === 'communications') return []
  return [{ source, id: hardwareId(deviceId), group: hardwareId(groupId) }]
}
