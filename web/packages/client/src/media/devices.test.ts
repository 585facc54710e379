import { describe, expect, it, vi } from 'vitest'
import { FakePlatform, FakeTrack } from '../testing'
import { constraintsFor } from './constraints'
import { createDevices } from './devices'

const full = { quality: 'full' } as const

const device = (kind: MediaDeviceKind, deviceId: string, label = '') =>
  ({ kind, deviceId, label, groupId: '' }) as MediaDeviceInfo

describe('devices', () => {
  it('are listed by kind, without the aliases of the system’s choice', async () => {
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

  it('are empty lists if the browser can not list devices', async () => {
    const { devices, platform } = setUp()
    const none = { microphone: [], camera: [], speaker: [] }
    platform.listDevices = () => Promise.reject(new DOMException('', 'NotAllowedError'))
    expect(await devices.list()).toEqual(none)
    platform.listDevices = undefined
    expect(await devices.list()).toEqual(none)
  })

  it('are chosen one by one, and remembered', () => {
    const { devices, platform } = setUp()
    devices.choose('microphone', 'm1')
    devices.choose('speaker', 's1')
    const again = createDevices(platform)
    expect(again.chosen('microphone')).toBe('m1')
    expect(again.chosen('camera')).toBeUndefined()
    again.choose('microphone', undefined)
    expect(devices.chosen('microphone')).toBeUndefined()
    expect(devices.chosen('speaker')).toBe('s1')
  })

  it.each([
    ['forbids it', undefined],
    ['has no room', 's0'],
  ])('are chosen for as long as the page lives where storage %s', (_, before) => {
    const { devices, platform } = setUp()
    const refuse = () => {
      throw new DOMException('', 'SecurityError')
    }
    const getItem = before === undefined ? refuse : () => before
    platform.store = { getItem, setItem: refuse, removeItem: refuse }
    expect(devices.chosen('camera')).toBe(before)
    devices.choose('camera', 'c1')
    expect(devices.chosen('camera')).toBe('c1')
    expect(devices.chosen('microphone')).toBe(before)
    devices.choose('camera', undefined)
    expect(devices.chosen('camera')).toBeUndefined()
  })

  it('report added and removed devices, and each choice', () => {
    const { devices, platform } = setUp()
    const listener = vi.fn()
    const stop = devices.onChange(listener)
    platform.plug()
    devices.choose('camera', 'c1')
    expect(listener.mock.calls).toEqual([[], ['camera']])
    stop()
    platform.plug()
    devices.choose('camera', undefined)
    expect(listener).toHaveBeenCalledTimes(2)
    expect(platform.listeners()).toBe(0)
  })

  it('are opened outside of a call, with the same error codes', async () => {
    const { devices, platform, opened } = setUp()
    const opening = devices.open('camera')
    expect(platform.requests[0]!.constraints).toEqual(constraintsFor({ camera: full }))
    const track = new FakeTrack('video')
    platform.requests[0]!.grant(track)
    const answer = await opening
    expect(answer.ok && answer.stream.getTracks()).toEqual([track])
    expect(opened.mock.calls).toEqual([['camera']])

    const refused = devices.open('microphone')
    platform.access.microphone = 'prompt'
    platform.requests[1]!.deny(new DOMException('', 'NotAllowedError'))
    expect(await refused).toEqual({ ok: false, error: 'device/microphone-dismissed' })
    expect(opened).toHaveBeenCalledTimes(1)

    platform.getUserMedia = undefined
    expect(await devices.open('camera')).toEqual({ ok: false, error: 'device/camera-failed' })
    platform.isSecure = false
    expect(await devices.open('camera')).toEqual({ ok: false, error: 'device/insecure-page' })
  })

  it('are opened as chosen, or replaced by another if the chosen one is missing', async () => {
    const { devices, platform } = setUp()
    devices.choose('camera', 'c1')
    const opening = devices.open('camera')
    const [first] = platform.requests
    expect(first!.constraints).toEqual(constraintsFor({ camera: { ...full, device: 'c1' } }))
    first!.deny({ name: 'OverconstrainedError', message: '', constraint: 'deviceId' })
    await settled()
    expect(platform.requests[1]!.constraints).toEqual(constraintsFor({ camera: full }))
    platform.requests[1]!.deny(new DOMException('', 'NotFoundError'))
    expect(await opening).toEqual({ ok: false, error: 'device/camera-missing' })
    expect(platform.requests).toHaveLength(2)
  })

  it('are asked once for a lower quality if they can’t deliver the first one', async () => {
    const { devices, platform } = setUp()
    devices.choose('camera', 'c1')
    const opening = devices.open('camera')
    const unmet = { name: 'OverconstrainedError', message: '', constraint: 'frameRate' }
    platform.requests[0]!.deny(unmet)
    await settled()
    const least = { quality: 'any', device: 'c1' } as const
    expect(platform.requests[1]!.constraints).toEqual(constraintsFor({ camera: least }))
    platform.requests[1]!.deny(unmet)
    expect(await opening).toEqual({ ok: false, error: 'device/camera-unsuitable' })
    expect(platform.requests).toHaveLength(2)
  })

  it('are not replaced when the chosen one is busy', async () => {
    const { devices, platform } = setUp()
    devices.choose('camera', 'c1')
    const opening = devices.open('camera')
    platform.requests[0]!.deny(new DOMException('', 'NotReadableError'))
    expect(await opening).toEqual({ ok: false, error: 'device/camera-busy' })
    expect(platform.requests).toHaveLength(1)
  })
})

describe('sound', () => {
  it('plays on the chosen speaker, or on the system’s when that one is gone', async () => {
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

  it('keeps a speaker that was chosen while another one failed', async () => {
    const { devices, log } = setUp()
    const refusals: (() => void)[] = []
    const sinks: string[] = []
    const setSinkId = (id: string) => {
      sinks.push(id)
      return id === 'a'
        ? new Promise((_, reject) => refusals.push(() => reject(new Error())))
        : Promise.resolve()
    }
    const element = { setSinkId } as unknown as HTMLMediaElement
    devices.choose('speaker', 'a')
    const first = devices.route(element)
    devices.choose('speaker', 'b')
    await devices.route(element)
    refusals[0]!()
    await first
    expect(sinks).toEqual(['a', 'b'])
    expect(devices.refusedSpeaker()).toBeUndefined()
    expect(log).not.toHaveBeenCalled()
  })

  it('reports a speaker that fails until it works or another is chosen', async () => {
    const { devices, log } = setUp()
    let refuses = true
    const setSinkId = async (id: string) => {
      if (id !== '' && refuses) throw new DOMException('', 'NotAllowedError')
    }
    const element = { setSinkId } as unknown as HTMLMediaElement
    const listener = vi.fn()
    devices.onSpeakerRefused(listener)
    devices.choose('speaker', 'a')
    await devices.route(element)
    await devices.route(element)
    expect(devices.refusedSpeaker()).toBe('a')
    expect(listener).toHaveBeenCalledTimes(1)
    expect(log).toHaveBeenCalledWith('warning', "the chosen speaker can't be used: NotAllowedError")
    refuses = false
    await devices.route(element)
    expect(devices.refusedSpeaker()).toBeUndefined()
    refuses = true
    await devices.route(element)
    devices.choose('speaker', 'b')
    expect(devices.refusedSpeaker()).toBeUndefined()
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const platform = new FakePlatform()
  const opened = vi.fn()
  const log = vi.fn()
  return { platform, opened, log, devices: createDevices(platform, opened, log) }
}
