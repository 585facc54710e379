import { describe, expect, it, vi } from 'vitest'
import type { Permission } from '../generated/phone'
import { createAccessReader } from './permissions'

describe('access to a source', () => {
  it('is the browser’s answer', async () => {
    const { reader, status } = setUp()
    status.state = 'prompt'
    expect(await reader.query('camera')).toBe('prompt')
  })

  it('is blocked if the page’s policy forbids it, whatever the browser answers', async () => {
    const { reader, blocked } = setUp()
    blocked.add('microphone').add('display-capture')
    expect(await reader.query('microphone')).toBe('blocked')
    expect(await reader.query('screen')).toBe('blocked')
    expect(await reader.query('camera')).toBe('granted')
  })

  it('is unknown if the browser does not report it', async () => {
    const silent = createAccessReader({ permissions: undefined, policy: undefined })
    const query = () => Promise.reject(new TypeError('no such permission'))
    const other = createAccessReader({ permissions: { query }, policy: undefined })
    expect(await silent.query('camera')).toBeUndefined()
    expect(await other.query('camera')).toBeUndefined()
    expect(await setUp().reader.query('screen')).toBeUndefined()
  })

  it('is reported again when it changes, until the listener is removed', async () => {
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

  it('is not watched if the listener is removed before the first answer', async () => {
    const { reader, status } = setUp()
    const listener = vi.fn()
    reader.watch('camera', listener)()
    await settled()
    status.become('denied')
    expect(listener).not.toHaveBeenCalled()
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
