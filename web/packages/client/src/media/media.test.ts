import { describe, expect, it, vi } from 'vitest'
import { FakePlatform, FakeTrack } from '../testing'
import { constraintsFor } from './constraints'
import type { MediaRequestId, PhoneEvent, SourceKind } from '../generated/phone'
import { createMedia, type Media } from './media'

const request = 7 as MediaRequestId
const quality = { quality: 'full' } as const
const both = { type: 'open_media', request, microphone: quality, camera: quality } as const
const sound = { type: 'open_media', request, microphone: quality } as const
const picture = { type: 'open_media', request, camera: quality } as const
const screen = { type: 'open_screen', request } as const
const unknown = { device: '', group: '' }

describe('media', () => {
  it('asks the browser once per request', () => {
    const { media, platform } = setUp()
    media.open(both)
    media.open({ ...sound, microphone: { device: 'm1', quality: 'any' } })
    expect(platform.requests.map(({ constraints }) => constraints)).toEqual([
      constraintsFor(both),
      { audio: { deviceId: { exact: 'm1' } }, video: false },
    ])
  })

  it('reports a grant, and lends copies by request and source', async () => {
    const { media, platform, events, opened } = setUp()
    const [microphone, camera] = [new FakeTrack('audio'), new FakeTrack('video')]
    microphone.settings = { deviceId: 'm1', groupId: 'headset' }
    camera.settings = { deviceId: 'c1' }
    media.open(both)
    platform.requests[0]!.grant(microphone, camera)
    await settled()
    expect(events).toEqual([
      {
        type: 'media_opened',
        request,
        microphone: { device: 'm1', group: 'headset' },
        camera: { device: 'c1', group: '' },
      },
    ])
    expect(opened.mock.calls).toEqual([['microphone'], ['camera']])
    expect(media.count()).toBe(2)
    expect(lend(media, 'microphone')?.from).toBe(microphone)
    expect(lend(media, 'camera')?.from).toBe(camera)
    expect(lend(media, 'screen')).toBeUndefined()
    expect(media.lend(8 as MediaRequestId, 'microphone')).toBeUndefined()
    expect(media.count()).toBe(4)
    expect(media.picture(request)?.getTracks()).toEqual([camera])
    expect(media.picture(request)).toBe(media.picture(request))
  })

  it('sends no sound before a copy is enabled', async () => {
    const { media, platform } = setUp()
    const [microphone, camera] = [new FakeTrack('audio'), new FakeTrack('video')]
    media.open(both)
    const granted = platform.requests[0]!
    granted.grant(microphone, camera)
    await settled()
    expect([microphone.enabled, camera.enabled]).toEqual([false, true])
    const copies = (['microphone', 'camera'] as const).map((source) => lend(media, source))
    expect(copies.map((copy) => copy?.enabled)).toEqual([false, false])
    // The own picture continues.
    expect(camera.enabled).toBe(true)
  })

  it('ends a copy that is given back, and no other', async () => {
    const { media, platform } = setUp()
    const microphone = new FakeTrack('audio')
    media.open(sound)
    platform.requests[0]!.grant(microphone)
    await settled()
    const [one, other] = [lend(media, 'microphone')!, lend(media, 'microphone')!]
    expect(one).not.toBe(other)
    expect(media.count()).toBe(3)
    for (let times = 0; times < 2; ++times) media.giveBack(one as unknown as MediaStreamTrack)
    const all = [one, other, microphone]
    expect(all.map(({ readyState }) => readyState)).toEqual(['ended', 'live', 'live'])
    expect(media.count()).toBe(2)
  })

  it('ends all copies of a source that is closed', async () => {
    const { media, platform } = setUp()
    media.open(both)
    platform.requests[0]!.grant(new FakeTrack('audio'), new FakeTrack('video'))
    await settled()
    const sounds = [lend(media, 'microphone'), lend(media, 'microphone')]
    const seen = lend(media, 'camera')
    media.close({ type: 'close_media', request, source: 'microphone' })
    expect(sounds.map((copy) => copy?.readyState)).toEqual(['ended', 'ended'])
    expect(seen?.readyState).toBe('live')
    expect(lend(media, 'microphone')).toBeUndefined()
    expect(media.count()).toBe(2)
    media.closeAll()
    expect(seen?.readyState).toBe('ended')
    expect(media.count()).toBe(0)
  })

  it('reports a refusal with all its details', async () => {
    const { media, platform, events } = setUp()
    platform.access.microphone = 'granted'
    platform.access.camera = 'denied'
    media.open(both)
    platform.requests[0]!.deny(new DOMException('Permission denied', 'NotAllowedError'))
    media.open(picture)
    platform.requests[1]!.deny({
      name: 'OverconstrainedError',
      message: 'ä'.repeat(200),
      constraint: 'width',
    })
    await settled()
    expect(events).toEqual([
      {
        type: 'media_failed',
        request,
        name: 'NotAllowedError',
        message: 'Permission denied',
        permission: 'denied',
      },
      {
        type: 'media_failed',
        request,
        name: 'OverconstrainedError',
        message: 'ä'.repeat(128),
        constraint: 'width',
        permission: 'denied',
      },
    ])
  })

  it('distinguishes an insecure page from a browser without devices', async () => {
    const { media, platform, events } = setUp()
    platform.getUserMedia = platform.getDisplayMedia = undefined
    media.open(both)
    media.openScreen(screen)
    await settled()
    platform.isSecure = false
    media.open(both)
    await settled()
    expect(events.map((event) => event.type === 'media_failed' && event.name)).toEqual([
      'NotSupportedError',
      'NotSupportedError',
      'InsecureContextError',
    ])
  })

  it('reports a request as failed if the browser throws', async () => {
    const { media, platform, events } = setUp()
    platform.getUserMedia = () => {
      throw new TypeError('no such constraint')
    }
    media.open(both)
    await settled()
    expect(events).toMatchObject([{ type: 'media_failed', request, name: 'TypeError' }])
  })

  it('stops a track that is closed and says nothing about it', async () => {
    const { media, platform, events } = setUp()
    const [microphone, camera] = [new FakeTrack('audio'), new FakeTrack('video')]
    media.open(both)
    platform.requests[0]!.grant(microphone, camera)
    await settled()
    media.close({ type: 'close_media', request, source: 'camera' })
    camera.silenced(true)
    camera.vanishes()
    expect(camera.readyState).toBe('ended')
    expect(microphone.readyState).toBe('live')
    expect(media.picture(request)).toBeNull()
    media.close({ type: 'close_media', request, source: 'camera' })
    media.close({ type: 'close_media', request, source: 'microphone' })
    expect(media.count()).toBe(0)
    expect(events).toHaveLength(1)
  })

  it('reports a removed device and releases its track', async () => {
    const { media, platform, events } = setUp()
    const camera = new FakeTrack('video')
    media.open(picture)
    platform.requests[0]!.grant(camera)
    await settled()
    const copy = lend(media, 'camera')
    camera.vanishes()
    expect(events.at(-1)).toEqual({ type: 'media_ended', request, source: 'camera' })
    expect(copy?.readyState).toBe('ended')
    expect(lend(media, 'camera')).toBeUndefined()
    expect(media.count()).toBe(0)
  })

  it('reports a removed device once, even if its copy ends first', async () => {
    const { media, platform, events } = setUp()
    const microphone = new FakeTrack('audio')
    media.open(sound)
    platform.requests[0]!.grant(microphone)
    await settled()
    const copy = lend(media, 'microphone')!
    copy.silenced(true)
    copy.vanishes()
    microphone.vanishes()
    const of = { request, source: 'microphone' }
    expect(events.slice(1)).toEqual([
      { type: 'media_silenced', silenced: true, ...of },
      { type: 'media_ended', ...of },
    ])
    expect(microphone.readyState).toBe('ended')
  })

  it('reports a source that is granted but missing', async () => {
    const { media, platform, events } = setUp()
    media.open(both)
    platform.requests[0]!.grant(new FakeTrack('audio'))
    await settled()
    expect(events).toMatchObject([
      { type: 'media_opened' },
      { type: 'media_ended', request, source: 'camera' },
    ])
  })

  it('reports a device that was removed before use', async () => {
    const { media, platform, events } = setUp()
    const camera = new FakeTrack('video')
    media.open(picture)
    platform.requests[0]!.grant(camera)
    camera.stop()
    await settled()
    expect(events.map(({ type }) => type)).toEqual(['media_opened', 'media_ended'])
    expect(media.count()).toBe(0)
  })

  it('reports a microphone that the system silences, also from the start', async () => {
    const { media, platform, events } = setUp()
    const microphone = new FakeTrack('audio')
    microphone.muted = true
    media.open(sound)
    platform.requests[0]!.grant(microphone)
    await settled()
    microphone.silenced(false)
    microphone.silenced(true)
    const silenced = { type: 'media_silenced', request, source: 'microphone' }
    expect(events).toEqual([
      { type: 'media_opened', request, microphone: unknown },
      { ...silenced, silenced: true },
      { ...silenced, silenced: false },
      { ...silenced, silenced: true },
    ])
  })

  it('reports a late grant like any other', async () => {
    const { media, platform, events } = setUp()
    const [early, late] = [new FakeTrack('audio'), new FakeTrack('audio')]
    media.open(sound)
    media.open({ ...sound, request: 8 as MediaRequestId })
    platform.requests[1]!.grant(early)
    await settled()
    platform.requests[0]!.grant(late)
    await settled()
    expect(events).toMatchObject([
      { type: 'media_opened', request: 8 },
      { type: 'media_opened', request: 7 },
    ])
  })

  it('stops tracks that are granted after the phone is closed', async () => {
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

describe('a screen', () => {
  it('is requested at once, while the click still counts as a gesture', () => {
    const { media, platform } = setUp()
    media.openScreen(screen)
    expect(platform.screenRequests.map(({ constraints }) => constraints)).toEqual([
      { video: true, audio: false },
    ])
  })

  it('is captured like a camera, without a device', async () => {
    const { media, platform, events } = setUp()
    const [shared, extra] = [new FakeTrack('video'), new FakeTrack('audio')]
    media.openScreen(screen)
    platform.screenRequests[0]!.grant(shared, extra)
    await settled()
    expect(events).toEqual([{ type: 'media_opened', request }])
    expect(lend(media, 'screen')?.from).toBe(shared)
    expect(media.picture(request)?.getTracks()).toEqual([shared])
    expect(extra.readyState).toBe('ended')
    shared.vanishes()
    expect(events.at(-1)).toEqual({ type: 'media_ended', request, source: 'screen' })
    expect(media.picture(request)).toBeNull()
  })

  it('may be refused', async () => {
    const { media, platform, events } = setUp()
    media.openScreen(screen)
    platform.screenRequests[0]!.deny(new DOMException('Permission denied', 'NotAllowedError'))
    await settled()
    expect(events).toEqual([
      { type: 'media_failed', request, name: 'NotAllowedError', message: 'Permission denied' },
    ])
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Lends a copy; in this test it is a clone of a fake track. */
function lend(media: Media, source: SourceKind): FakeTrack | undefined {
  return media.lend(request, source) as FakeTrack | undefined
}

function setUp() {
  const platform = new FakePlatform()
  const events: PhoneEvent[] = []
  const opened = vi.fn()
  const shell = {
    report: (event: PhoneEvent) => void events.push(event),
    log: () => undefined,
    changed: () => undefined,
  }
  return { platform, events, opened, media: createMedia(platform, shell, opened) }
}
