import { describe, expect, it, vi } from 'vitest'
import { FakePlatform, FakeTrack } from '../test'
import { createDevices } from './devices'

const device = (kind: MediaDeviceKind, deviceId: string, label = '') =>
  ({ kind, deviceId, label, groupId: '' }) as MediaDeviceInfo

describe('devices', () => {
  it('are listed by kind, without the names for whatever the system prefers', async () => {
    const { devices, platform } = setUp()
    platform.found = [
      device('audioinput', 'default', 'Default'),
      device('audioinput', 'communications', 'Communications'),
      device('audioinput', 'm1', 'Headset'),
      device('videoinput', ''),
      device('videoinput', 'c1', 'Webcam'),
      device('audiooutput', 's1', 'Headset'),
    ]
    expect(await devices.list()).toEqual({
      microphone: [{ id: 'm1', label: 'Headset' }],
      camera: [{ id: 'c1', label: 'Webcam' }],
      speaker: [{ id: 's1', label: 'Headset' }],
    })
  })

  it('are none where the browser does not tell', async () => {
    const { devices, platform } = setUp()
    const none = { microphone: [], camera: [], speaker: [] }
    platform.listDevices = () => Promise.reject(new DOMException('', 'NotAllowedError'))
    expect(await devices.list()).toEqual(none)
    platform.listDevices = undefined
    expect(await devices.list()).toEqual(none)
  })

  it('are chosen one by one, remembered, and wished for when they are opened', () => {
    const { devices, platform } = setUp()
    devices.choose('microphone', 'm1')
    devices.choose('speaker', 's1')
    const again = createDevices(platform)
    expect(again.chosen('microphone')).toBe('m1')
    expect(again.chosen('camera')).toBeUndefined()
    expect(again.constraints(true, true)).toMatchObject({
      audio: { echoCancellation: true, deviceId: { ideal: 'm1' } },
      video: { width: { ideal: 1280 } },
    })
    expect(again.constraints(true, true).video).not.toHaveProperty('deviceId')
    again.choose('microphone', undefined)
    expect(devices.chosen('microphone')).toBeUndefined()
    expect(devices.chosen('speaker')).toBe('s1')
  })

  it('are as in the system where nothing can be remembered', () => {
    const { devices, platform } = setUp()
    const refuse = () => {
      throw new DOMException('', 'SecurityError')
    }
    platform.store = { getItem: refuse, setItem: refuse, removeItem: refuse }
    devices.choose('camera', 'c1')
    devices.choose('camera', undefined)
    expect(devices.chosen('camera')).toBeUndefined()
  })

  it('tell when they come and go, and when one is chosen', () => {
    const { devices, platform } = setUp()
    const listener = vi.fn()
    const stop = devices.onChange(listener)
    platform.plug()
    devices.choose('camera', 'c1')
    expect(listener).toHaveBeenCalledTimes(2)
    stop()
    platform.plug()
    devices.choose('camera', undefined)
    expect(listener).toHaveBeenCalledTimes(2)
    expect(platform.listeners()).toBe(0)
  })

  it('are opened outside of a call, with the same words about what goes wrong', async () => {
    const { devices, platform } = setUp()
    const opening = devices.open('camera')
    expect(platform.requests[0]!.constraints).toMatchObject({ audio: false, video: {} })
    const track = new FakeTrack('video')
    platform.requests[0]!.grant(track)
    const opened = await opening
    expect(opened.ok && opened.stream.getTracks()).toEqual([track])

    const refused = devices.open('microphone')
    platform.requests[1]!.deny(new DOMException('', 'NotAllowedError'))
    expect(await refused).toEqual({ ok: false, error: 'device/microphone-denied' })

    platform.getUserMedia = undefined
    expect(await devices.open('camera')).toEqual({ ok: false, error: 'device/camera-failed' })
    platform.isSecure = false
    expect(await devices.open('camera')).toEqual({ ok: false, error: 'device/insecure-page' })
  })
})

describe('sound', () => {
  it('comes out of the chosen speaker, or of the system’s when that one is gone', async () => {
    const { devices } = setUp()
    const gone = new Set<string>()
    const setSinkId = vi.fn(async (id: string) => {
      if (gone.has(id)) throw new DOMException('', 'NotFoundError')
    })
    const element = { setSinkId } as unknown as HTMLMediaElement
    await devices.route(element)
    devices.choose('speaker', 's1')
    await devices.route(element)
    gone.add('s1')
    await devices.route(element)
    expect(setSinkId.mock.calls).toEqual([[''], ['s1'], ['s1'], ['']])
    await devices.route({} as HTMLMediaElement)
  })
})

function setUp() {
  const platform = new FakePlatform()
  return { platform, devices: createDevices(platform) }
}
