import { describe, expect, it } from 'vitest'
import { FakePlatform, FakeTrack } from '../test'
import { createDevices } from './devices'
import type { MediaRequestId, PhoneEvent } from './generated/phone'
import { createMedia } from './media'

const request = 7 as MediaRequestId
const both = { type: 'open_media', request, microphone: true, camera: true } as const

describe('media', () => {
  it('asks once for what was asked, with the voice processing on', () => {
    const { media, platform } = setUp()
    media.open(both)
    media.open({ type: 'open_media', request, microphone: true, camera: false })
    media.open({ type: 'open_media', request, microphone: false, camera: true })
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    const video = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }
    expect(platform.requests.map(({ constraints }) => constraints)).toEqual([
      { audio, video },
      { audio, video: false },
      { audio: false, video },
    ])
  })

  it('asks for the devices that were chosen, and takes others rather than none', () => {
    const { media, platform } = setUp()
    createDevices(platform).choose('camera', 'c1')
    media.open(both)
    const { audio, video } = platform.requests[0]!.constraints
    expect(video).toMatchObject({ deviceId: { ideal: 'c1' } })
    expect(audio).not.toHaveProperty('deviceId')
  })

  it('reports a grant, and gives the tracks by request and kind', async () => {
    const { media, platform, events } = setUp()
    const [microphone, camera] = [new FakeTrack('audio'), new FakeTrack('video')]
    media.open(both)
    platform.requests[0]!.grant(microphone, camera)
    await settled()
    expect(events).toEqual([{ type: 'media_opened', request }])
    expect(media.track(request, 'audio')).toBe(microphone)
    expect(media.track(request, 'video')).toBe(camera)
    expect(media.count()).toBe(2)
    expect(media.picture(request)?.getTracks()).toEqual([camera])
    expect(media.picture(request)).toBe(media.picture(request))
  })

  it('reports a refusal by the name of the exception', async () => {
    const { media, platform, events } = setUp()
    media.open(both)
    platform.requests[0]!.deny(new DOMException('Permission denied', 'NotAllowedError'))
    await settled()
    expect(events).toEqual([
      { type: 'media_failed', request, name: 'NotAllowedError', message: 'Permission denied' },
    ])
  })

  it('tells an insecure page from a browser without devices', () => {
    const { media, platform, events } = setUp()
    platform.getUserMedia = undefined
    media.open(both)
    platform.isSecure = false
    media.open(both)
    expect(events.map((event) => event.type === 'media_failed' && event.name)).toEqual([
      'NotSupportedError',
      'InsecureContextError',
    ])
  })

  it('stops a track that is closed and says nothing about it', async () => {
    const { media, platform, events } = setUp()
    const [microphone, camera] = [new FakeTrack('audio'), new FakeTrack('video')]
    media.open(both)
    platform.requests[0]!.grant(microphone, camera)
    await settled()
    media.close({ type: 'close_media', request, kind: 'video' })
    expect(camera.readyState).toBe('ended')
    expect(microphone.readyState).toBe('live')
    expect(media.picture(request)).toBeNull()
    media.close({ type: 'close_media', request, kind: 'video' })
    media.close({ type: 'close_media', request, kind: 'audio' })
    expect(media.count()).toBe(0)
    expect(events).toHaveLength(1)
  })

  it('reports a device that goes away, and holds its track no more', async () => {
    const { media, platform, events } = setUp()
    const camera = new FakeTrack('video')
    media.open({ ...both, microphone: false })
    platform.requests[0]!.grant(camera)
    await settled()
    camera.vanishes()
    expect(events.at(-1)).toEqual({ type: 'media_ended', request, kind: 'video' })
    expect(media.track(request, 'video')).toBeUndefined()
    expect(media.count()).toBe(0)
  })

  it('reports a late grant like any other', async () => {
    const { media, platform, events } = setUp()
    const [early, late] = [new FakeTrack('audio'), new FakeTrack('audio')]
    media.open(both)
    media.open({ ...both, request: 8 as MediaRequestId })
    platform.requests[1]!.grant(early)
    await settled()
    platform.requests[0]!.grant(late)
    await settled()
    expect(events).toEqual([
      { type: 'media_opened', request: 8 },
      { type: 'media_opened', request: 7 },
    ])
  })

  it('stops what is granted after the end of the phone', async () => {
    const { media, platform, events } = setUp()
    const late = new FakeTrack('audio')
    media.open(both)
    media.open(both)
    media.closeAll()
    platform.requests[0]!.grant(late)
    platform.requests[1]!.deny(new Error('no'))
    await settled()
    expect(late.readyState).toBe('ended')
    expect(events).toEqual([])
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const platform = new FakePlatform()
  const events: PhoneEvent[] = []
  const media = createMedia(platform, {
    report: (event) => events.push(event),
    log: () => undefined,
    changed: () => undefined,
  })
  return { platform, events, media }
}
