import type { CallView } from '@parley/client'
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { liveCall, renderWithPhone } from '../../../test/phone'
import { CallModals } from './CallModals'

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const question = () => screen.queryByRole('group', { name: 'How was the call?' })

function end(change: Partial<CallView> = {}) {
  const rate = vi.fn()
  const phone = renderWithPhone(<CallModals onRate={rate} />)
  phone.showCalls(liveCall())
  phone.showCalls(liveCall({ phase: 'ended', reason: 'completed', lasted_ms: 65_000, ...change }))
  return { ...phone, rate }
}

describe('how a call was', () => {
  it('is rated with one press, once, and confirmed', async () => {
    const { user, rate } = end()
    const good = within(question()!).getByRole('button', { name: 'Good', pressed: false })
    await user.click(good)
    await user.click(good)
    expect(rate.mock.calls).toEqual([[liveCall().call, 'good']])
    expect(good.getAttribute('aria-pressed')).toBe('true')
    expect(within(question()!).getByRole('status').textContent).toBe('Thank you.')
  })

  it('can be changed', async () => {
    const { user, rate } = end()
    await user.click(screen.getByRole('button', { name: 'Good' }))
    await user.click(screen.getByRole('button', { name: 'Bad' }))
    expect(rate.mock.calls.map(([, rating]) => rating as unknown)).toEqual(['good', 'bad'])
    expect(screen.getByRole('button', { name: 'Good', pressed: false })).toBeDefined()
    expect(screen.getByRole('button', { name: 'Bad', pressed: true })).toBeDefined()
  })

  it.each<[string, Partial<CallView>]>([
    ['that never connected', { reason: 'no_answer', lasted_ms: undefined as never }],
    ['that goes on at another device', { reason: 'answered_elsewhere' }],
  ])('is not asked of one %s', (_, change) => {
    end(change)
    expect(question()).toBeNull()
  })

  it('is not asked without a listener', () => {
    renderWithPhone(<CallModals />).showCalls(
      liveCall({ phase: 'ended', reason: 'completed', lasted_ms: 1000 }),
    )
    expect(question()).toBeNull()
  })

  it('can be rated before the call closes, and changed for a moment', () => {
    vi.useFakeTimers()
    const { core } = end()
    act(() => void vi.advanceTimersByTime(9_000))
    expect(core.types()).toEqual([])
    act(() => screen.getByRole('button', { name: 'Good' }).click())
    act(() => void vi.advanceTimersByTime(4_000))
    expect(core.types()).toEqual([])
    act(() => void vi.advanceTimersByTime(2_000))
    expect(core.types()).toEqual(['dismissed'])
  })
})
