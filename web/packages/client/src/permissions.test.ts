import { describe, expect, it, vi } from 'vitest'
import { FakePlatform } from './testing'
import type { Permission } from './generated/phone'
import { accessTo, createAccessReader } from './permissions'

describe('access to a source', () => {
  it('is what the browser says', async () => {
    const { reader, status } = setUp()
    status.state = 'prompt'
    expect(await reader.query('camera')).toBe('prompt')
  })

  it('is blocked where the policy of the page forbids it, whatever else', async () => {
    const { reader, blocked } = setUp()
    blocked.add('microphone').add('display-capture')
    expect(await reader.query('microphone')).toBe('blocked')
    expect(await reader.query('screen')).toBe('blocked')
    expect(await reader.query('camera')).toBe('granted')
  })

  it('is unknown where the browser does not tell', async () => {
    const silent = createAccessReader({ permissions: undefined, policy: undefined })
    const query = () => Promise.reject(new TypeError('no such permission'))
    const other = createAccessReader({ permissions: { query }, policy: undefined })
    expect(await silent.query('camera')).toBeUndefined()
    expect(await other.query('camera')).toBeUndefined()
    expect(await setUp().reader.query('screen')).toBeUndefined()
  })

  it('is told again when it changes, until nobody listens', async () => {
    const { reader, status } = setUp()
    const heard: Permission[] = []
    const stop = reader.watch('camera', (permission) => heard.push(permission))
    await settled()
    status.become('denied')
    status.become('granted')
    stop()
    status.become('denied')
    expect(heard).toEqual(['denied', 'granted'])
  })

  it('is not listened for once that was stopped before it began', async () => {
    const { reader, status } = setUp()
    const listener = vi.fn()
    reader.watch('camera', listener)()
    await settled()
    status.become('denied')
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('access to several sources', () => {
  it.each([
    ['granted', 'prompt', 'prompt'],
    ['denied', 'prompt', 'denied'],
    ['denied', 'blocked', 'blocked'],
    [undefined, 'granted', 'granted'],
    [undefined, undefined, undefined],
  ] as const)('is the worst of them: %s and %s', async (microphone, camera, both) => {
    const platform = new FakePlatform()
    if (microphone) platform.access.microphone = microphone
    if (camera) platform.access.camera = camera
    expect(await accessTo(platform, ['microphone', 'camera'])).toBe(both)
    expect(platform.timers.size).toBe(0)
  })

  it('is unknown when a browser takes too long to say', async () => {
    const platform = new FakePlatform()
    platform.queryPermission = () => new Promise(() => undefined)
    const answer = accessTo(platform, ['camera'])
    platform.advance(500)
    expect(await answer).toBeUndefined()
  })

  it('is unknown when a browser breaks over it', async () => {
    const platform = new FakePlatform()
    platform.queryPermission = () => {
      throw new TypeError('no such thing')
    }
    expect(await accessTo(platform, ['camera'])).toBeUndefined()
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

class FakeStatus extends EventTarget {
  state: PermissionState = 'granted'

  become(state: PermissionState) {
    this.state = state
    this.dispatchEvent(new Event('change'))
  }
}

function setUp() {
  const status = new FakeStatus()
  const blocked = new Set<string>()
  const query = () => Promise.resolve(status as unknown as PermissionStatus)
  const policy = { allowsFeature: (feature: string) => !blocked.has(feature) }
  return { status, blocked, reader: createAccessReader({ permissions: { query }, policy }) }
}
