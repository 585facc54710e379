import type { NotificationState, Notifier } from '@parley/client'
import { callView } from '@parley/client/testing'
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { renderWithPhone } from '../../packages/react/test/phone'
import { NotificationPrompt } from './NotificationPrompt'
import { NotificationSetting } from './NotificationSetting'
import { NotifierContext } from './notifications'

const question = 'Be told of calls while this page is in the background?'
const incoming = callView({ direction: 'incoming', phase: 'incoming' })
const over = callView({ direction: 'incoming', phase: 'ended', reason: 'cancelled' })

beforeEach(() => localStorage.clear())
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('the question about notifications', () => {
  it('is shown after the first incoming call, not before or during it', () => {
    const { page } = setUp('default')
    expect(screen.queryByText(question)).toBeNull()
    page.showCalls(incoming)
    expect(screen.queryByText(question)).toBeNull()
    page.showCalls(over)
    expect(screen.getByText(question)).toBeDefined()
  })

  it('is not shown after an outgoing call', () => {
    const { page } = setUp('default')
    page.showCalls(callView({ phase: 'active' }))
    page.showCalls(callView({ phase: 'ended', reason: 'completed' }))
    expect(screen.queryByText(question)).toBeNull()
  })

  it.each(['Allow notifications', 'Not now'])('is shown once: %s', async (answer) => {
    const { page, notifier } = setUp('default')
    page.showCalls(over)
    await page.user.click(screen.getByRole('button', { name: answer }))
    expect(notifier.ask).toHaveBeenCalledTimes(answer === 'Not now' ? 0 : 1)
    expect(document.activeElement?.tagName).toBe('MAIN')
    expect(screen.queryByText(question)).toBeNull()
    cleanup()
    const again = setUp('default')
    again.page.showCalls(over)
    expect(screen.queryByText(question)).toBeNull()
  })

  it.each(['granted', 'denied', 'unsupported'] as const)(
    'is not shown if the permission is %s',
    (state) => {
      const { page } = setUp(state)
      page.showCalls(over)
      expect(screen.queryByText(question)).toBeNull()
    },
  )
})

describe('the setting', () => {
  it.each<[NotificationState, RegExp]>([
    ['granted', /^On$/],
    ['denied', /blocks them/],
    ['unsupported', /has no notifications/],
  ])('says what %s means, with nothing to press', (state, words) => {
    setUp(state, <NotificationSetting />)
    expect(screen.getByText(words)).toBeDefined()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('asks when it is pressed, and shows the answer', async () => {
    const { page, answer } = setUp('default', <NotificationSetting />)
    answer('granted')
    await page.user.click(screen.getByRole('button', { name: 'Allow notifications' }))
    expect(screen.getByText('On')).toBeDefined()
  })

  it('notices a change in the browser’s settings', () => {
    const { set } = setUp('denied', <NotificationSetting />)
    set('granted')
    act(() => {
      window.dispatchEvent(new Event('focus'))
    })
    expect(screen.getByText('On')).toBeDefined()
  })
})

const prompt = (
  <main tabIndex={-1}>
    <NotificationPrompt />
  </main>
)

function setUp(first: NotificationState, ui = prompt) {
  let state = first
  let next = first
  const listeners = new Set<() => void>()
  const notifier = {
    state: () => state,
    ask: vi.fn(async () => {
      state = next
      for (const listener of listeners) listener()
      return state
    }),
    show: () => () => undefined,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } satisfies Notifier
  const page = renderWithPhone(<NotifierContext value={notifier}>{ui}</NotifierContext>)
  const answer = (one: NotificationState) => (next = one)
  const set = (one: NotificationState) => (state = one)
  return { page, notifier, answer, set }
}
