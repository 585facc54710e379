// What a call does outside of its page: notifications, the system's controls, the screen lock.
import type { CallNotification, Notifier } from '@parley/client'
import { callView, sourceView } from '@parley/client/testing'
import { act, cleanup } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { bea, renderWithPhone } from '../test/phone'
import { CallModals } from './components/call/CallModals'
import { useCallNotifications } from './useCallNotifications'

const ringing = callView({ direction: 'incoming', phase: 'incoming', peer: bea, kind: 'video' })

afterEach(() => {
  cleanup()
  see(true)
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('an incoming call while the page is hidden', () => {
  it('is shown with name and kind until it stops ringing', () => {
    const { shown, notifier } = fakeNotifier()
    const { showCalls } = renderWithPhone(<Notified notifier={notifier} />)
    see(false)
    showCalls(ringing)
    expect(shown).toMatchObject([
      { title: 'Bea Moreau', body: 'Incoming video call', lang: 'en', dir: 'ltr', closed: false },
    ])
    showCalls({ ...ringing, phase: 'ended', reason: 'cancelled' })
    expect(shown.map(({ closed }) => closed)).toEqual([true])
  })

  it('is shown when the page is hidden, and closed when it is visible again', () => {
    const { shown, notifier } = fakeNotifier()
    const { showCalls } = renderWithPhone(<Notified notifier={notifier} />)
    showCalls(ringing)
    expect(shown).toEqual([])
    see(false)
    expect(shown).toHaveLength(1)
    see(true)
    expect(shown[0]?.closed).toBe(true)
  })

  it('can be answered, without the camera, and declined in the notification', () => {
    const { shown, notifier } = fakeNotifier()
    const { showCalls, core } = renderWithPhone(<Notified notifier={notifier} />)
    see(false)
    showCalls(ringing)
    act(() => shown[0]?.onPress(undefined))
    expect(core.types()).toEqual([])
    act(() => shown[0]?.onPress('answer'))
    expect(core.of('answer_pressed')).toMatchObject([{ call: ringing.call, kind: 'audio' }])
    act(() => shown[0]?.onPress('decline'))
    expect(core.of('decline_pressed')).toMatchObject([{ call: ringing.call }])
  })

  it('shows a name as text, on one line, of bounded length', () => {
    const { shown, notifier } = fakeNotifier()
    const { showCalls } = renderWithPhone(<Notified notifier={notifier} />)
    see(false)
    showCalls({ ...ringing, peer: { ...bea, name: `a\u202e\n${'b'.repeat(5000)}` } })
    expect(shown[0]?.title).toMatch(/^a b+…$/)
    expect(shown[0]?.title.length).toBeLessThan(100)
  })
})

describe('the controls of the system', () => {
  const handlers = new Map<string, (() => void) | null>()
  const session = {
    metadata: null as unknown,
    setActionHandler: (name: string, handler: (() => void) | null) => {
      if (name === 'togglecamera') throw new TypeError('unknown action')
      handlers.set(name, handler)
    },
    setMicrophoneActive: vi.fn(),
    setCameraActive: vi.fn(),
  }
  beforeEach(() => {
    handlers.clear()
    give('mediaSession', session)
    vi.stubGlobal('MediaMetadata', function (this: object, given: object) {
      Object.assign(this, given)
    })
  })

  it('mute and end the call, if the browser has them', () => {
    const { showCalls, core } = renderWithPhone(<CallModals />)
    showCalls(callView({ phase: 'active', peer: bea }))
    expect(session.metadata).toMatchObject({ title: 'Call with Bea Moreau', artist: 'Parley' })
    expect(session.setMicrophoneActive).toHaveBeenLastCalledWith(true)
    act(() => handlers.get('togglemicrophone')?.())
    expect(core.of('microphone_switched')).toMatchObject([{ on: false }])
    showCalls(callView({ phase: 'active', peer: bea, microphone: sourceView({ wanted: false }) }))
    expect(session.setMicrophoneActive).toHaveBeenLastCalledWith(false)
    act(() => handlers.get('togglemicrophone')?.())
    expect(core.of('microphone_switched')).toMatchObject([{ on: true }])
    act(() => handlers.get('hangup')?.())
    expect(core.types()).toContain('hang_up_pressed')
  })

  it('are released at the end', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(callView({ phase: 'active', peer: bea }))
    showCalls(callView({ phase: 'ended', reason: 'completed', peer: bea }))
    expect(session.metadata).toBeNull()
    expect([...handlers.values()]).toEqual([null, null])
  })
})

describe('the screen', () => {
  const locks: { released: boolean }[] = []
  const held = () => locks.filter(({ released }) => !released).length
  beforeEach(() => {
    locks.length = 0
    give('wakeLock', {
      request: async () => {
        const lock = { released: false, release: async () => void (lock.released = true) }
        locks.push(lock)
        return lock
      },
    })
  })

  it('stays on during a video call, also after the page was hidden, and not longer', async () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    const settle = () => act(async () => undefined)
    showCalls(callView({ phase: 'active', peer: bea, kind: 'audio' }))
    await settle()
    expect(held()).toBe(0)
    showCalls(callView({ phase: 'active', peer: bea, kind: 'video' }))
    await settle()
    expect(held()).toBe(1)
    see(false)
    await settle()
    expect(held()).toBe(0)
    see(true)
    await settle()
    expect(held()).toBe(1)
    showCalls(callView({ phase: 'ended', reason: 'completed', peer: bea, kind: 'video' }))
    await settle()
    expect(held()).toBe(0)
  })

  it('may turn off if the system refuses', async () => {
    give('wakeLock', { request: () => Promise.reject(new DOMException('', 'NotAllowedError')) })
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(callView({ phase: 'active', peer: bea, kind: 'video' }))
    await act(async () => undefined)
  })
})

function Notified({ notifier }: { notifier: Notifier }) {
  useCallNotifications(notifier)
  return null
}

function fakeNotifier() {
  const shown: (CallNotification & { closed: boolean })[] = []
  const notifier: Notifier = {
    state: () => 'granted',
    ask: () => Promise.resolve('granted'),
    subscribe: () => () => undefined,
    show: (notification) => {
      const one = { ...notification, closed: false }
      shown.push(one)
      return () => (one.closed = true)
    },
  }
  return { shown, notifier }
}

function see(visible: boolean) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden')
  act(() => {
    document.dispatchEvent(new Event('visibilitychange'))
  })
}

function give(name: string, value: unknown) {
  Object.defineProperty(navigator, name, { configurable: true, value })
}
