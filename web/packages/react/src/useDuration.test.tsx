import { Parley } from '@parley/client'
import { callView, FakeCore, FakePlatform } from '@parley/client/testing'
import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ParleyProvider } from './ParleyProvider'
import { useDuration } from './useDuration'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('useDuration', () => {
  it('is undefined before media flows', () => {
    const { result } = watch(callView())
    expect(result.current).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts from the first media, and renders once a second', () => {
    const { result, pass, renders } = watch(callView({ phase: 'active', active_since_ms: 600 }))
    expect(result.current).toBe(400)
    const before = renders()
    pass(0)
    pass(600)
    expect(result.current).toBe(1000)
    pass(1000)
    expect(result.current).toBe(2000)
    pass(1000)
    expect(result.current).toBe(3000)
    expect(renders() - before).toBeLessThanOrEqual(4)
  })

  it('continues while the call reconnects', () => {
    const { result, pass } = watch(callView({ phase: 'reconnecting', active_since_ms: 0 }))
    pass(0)
    pass(5000)
    expect(result.current).toBe(6000)
  })

  it('stops when the call has ended, without a timer', () => {
    const ended = callView({ phase: 'ended', active_since_ms: 0, lasted_ms: 750 })
    const { result, pass } = watch(ended)
    pass(5000)
    expect(result.current).toBe(750)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind', () => {
    const { unmount } = watch(callView({ phase: 'active', active_since_ms: 0 }))
    expect(vi.getTimerCount()).toBe(1)
    unmount()
    expect(vi.getTimerCount()).toBe(0)
  })
})

function watch(call: ReturnType<typeof callView>) {
  const platform = new FakePlatform()
  const parley = new Parley(new FakeCore(), platform)
  let renders = 0
  const hook = renderHook(
    () => {
      renders += 1
      return useDuration(call)
    },
    { wrapper: ({ children }) => <ParleyProvider parley={parley}>{children}</ParleyProvider> },
  )
  const pass = (ms: number) => {
    act(() => {
      platform.nowMs += ms
      vi.advanceTimersByTime(ms)
    })
  }
  return { ...hook, pass, renders: () => renders }
}
