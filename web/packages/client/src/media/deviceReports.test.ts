import { describe, expect, it } from 'vitest'
import { FakePlatform } from '../testing'
import { createDeviceReports } from './deviceReports'
import { createDevices } from './devices'
import type { Permission, PhoneEvent } from '../generated/phone'

const device = (kind: MediaDeviceKind, deviceId: string, groupId = '') =>
  ({ kind, deviceId, groupId, label: 'a name' }) as MediaDeviceInfo

describe('the core', () => {
  it('gets the list of devices, with the system’s alias and devices without a name', async () => {
    const { reports, platform, events } = setUp()
    platform.found = [
      device('audioinput', 'default', 'headset'),
      device('audioinput', 'communications', 'headset'),
      device('audioinput', 'm1', 'headset'),
      device('videoinput', ''),
      device('videoinput', 'c1'),
      device('audiooutput', 's1'),
    ]
    reports.start()
    await settled()
    expect(events).toEqual([
      {
        type: 'devices_listed',
        devices: [
          { source: 'microphone', id: 'default', group: 'headset' },
          { source: 'microphone', id: 'm1', group: 'headset' },
          { source: 'camera', id: '', group: '' },
          { source: 'camera', id: 'c1', group: '' },
        ],
      },
    ])
  })

  it('gets the list again after every device change, even if the list is equal', async () => {
    const { reports, platform, events } = setUp()
    reports.start()
    await settled()
    platform.plug()
    await settled()
    platform.found = [device('videoinput', 'c1')]
    platform.plug()
    await settled()
    expect(events).toMatchObject([{ devices: [] }, { devices: [] }, { devices: [{ id: 'c1' }] }])
  })

  it('gets only the newest of several lists, cut to the core’s limit', async () => {
    const { reports, platform, events } = setUp()
    platform.found = Array.from({ length: 99 }, (_, n) => device('audioinput', `m${String(n)}`))
    reports.start()
    platform.plug()
    platform.plug()
    await settled()
    expect(events.map((event) => event.type === 'devices_listed' && event.devices.length)).toEqual([
      64,
    ])
  })

  it('gets the choice of an earlier visit, and each new choice', async () => {
    const { reports, devices, events } = setUp()
    devices.choose('microphone', 'm1')
    events.length = 0
    reports.start()
    devices.choose('camera', 'c1')
    devices.choose('speaker', 's1')
    devices.choose('microphone', undefined)
    expect(events).toEqual([
      { type: 'device_chosen', source: 'microphone', device: 'm1' },
      { type: 'device_chosen', source: 'camera', device: 'c1' },
      { type: 'device_chosen', source: 'microphone' },
    ])
  })

  it('gets a changed permission, and the device names after it', async () => {
    const { platform, events } = setUp()
    platform.allow('camera', 'granted')
    await settled()
    expect(events).toEqual([
      { type: 'permission_changed', source: 'camera', permission: 'granted' },
      { type: 'devices_listed', devices: [] },
    ])
  })

  it('gets the permissions at the start, if the browser reports them', async () => {
    const { reports, platform, events } = setUp()
    platform.access.microphone = 'granted'
    reports.start()
    await settled()
    const told = () => events.filter(({ type }) => type === 'permission_changed')
    expect(told()).toEqual([
      { type: 'permission_changed', source: 'microphone', permission: 'granted' },
    ])
  })

  it.each([
    ['overtaken', ['denied']],
    ['told after the end', []],
  ] as const)('is not told what was %s', async (how, told) => {
    const { reports, platform, events } = setUp()
    let answer: (permission: Permission) => void = () => undefined
    platform.queryPermission = (source) =>
      source === 'camera'
        ? new Promise((resolve) => (answer = resolve))
        : Promise.reject(new Error())
    reports.start()
    if (how === 'overtaken') platform.allow('camera', 'denied')
    else reports.close()
    answer('granted')
    await settled()
    const permissions = events.flatMap((event) =>
      event.type === 'permission_changed' ? event.permission : [],
    )
    expect(permissions).toEqual(told)
  })

  it('gets the names after a device of that kind was opened', async () => {
    const { reports, events } = setUp()
    for (const source of ['microphone', 'microphone', 'screen', 'camera'] as const) {
      reports.opened(source)
      await settled()
    }
    expect(events.map(({ type }) => type)).toEqual(['devices_listed', 'devices_listed'])
  })

  it('gets nothing if the browser reports nothing', async () => {
    const { reports, platform, events, logged } = setUp()
    platform.listDevices = undefined
    reports.start()
    await settled()
    platform.listDevices = () => Promise.reject(new DOMException('', 'NotAllowedError'))
    platform.plug()
    await settled()
    expect(events).toEqual([])
    expect(logged).toEqual(["devices can't be listed: NotAllowedError"])
  })

  it('gets nothing after the phone is closed', async () => {
    const { reports, devices, platform, events } = setUp()
    reports.start()
    reports.close()
    platform.plug()
    platform.allow('camera', 'denied')
    devices.choose('camera', 'c1')
    await settled()
    expect(events).toEqual([])
    expect(platform.listeners()).toBe(0)
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const platform = new FakePlatform()
  platform.found = []
  const events: PhoneEvent[] = []
  const logged: string[] = []
  const shell = {
    report: (event: PhoneEvent) => void events.push(event),
    log: (_: unknown, text: string) => void logged.push(text),
    changed: () => undefined,
  }
  const devices = createDevices(platform)
  return {
    platform,
    events,
    logged,
    devices,
    reports: createDeviceReports(platform, shell, devices),
  }
}
