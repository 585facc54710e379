import { describe, expect, it } from 'vitest'
import { FakePlatform } from '../testing'
import { createDeviceReports } from './deviceReports'
import { createDevices } from './devices'
import type { Permission, PhoneEvent } from '../generated/phone'

const device = (kind: MediaDeviceKind, deviceId: string, groupId = '') =>
  ({ kind, deviceId, groupId, label: 'a name' }) as MediaDeviceInfo

describe('the core', () => {
  it('is told what is plugged in, with the alias of the system and what has no name yet', async () => {
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

  it('is told again whenever a device comes or goes, even if all looks the same', async () => {
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

  it('is told the newest of several lists only, and no more of them than it takes', async () => {
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

  it('is told what was chosen on an earlier visit, and what is chosen now', async () => {
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

  it('is told what a page may use, and what it is called from then on', async () => {
    const { platform, events } = setUp()
    platform.allow('camera', 'granted')
    await settled()
    expect(events).toEqual([
      { type: 'permission_changed', source: 'camera', permission: 'granted' },
      { type: 'devices_listed', devices: [] },
    ])
  })

  it('is told what a page may use from the start, unless the browser does not say', async () => {
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

  it('is told the names once a device of that kind was opened', async () => {
    const { reports, events } = setUp()
    for (const source of ['microphone', 'microphone', 'screen', 'camera'] as const) {
      reports.opened(source)
      await settled()
    }
    expect(events.map(({ type }) => type)).toEqual(['devices_listed', 'devices_listed'])
  })

  it('is told nothing where the browser tells nothing', async () => {
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

  it('is told nothing any more once the phone is closed', async () => {
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
