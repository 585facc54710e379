import type { CallRecord } from '@parley/client'
import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { fakeAccounts, ok, person, renderSignedIn } from '../test/page'
import { Frame } from './Frame'
import { RelationsProvider } from './relations'
import type { Route } from './router'

beforeEach(() => localStorage.clear())
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('missed calls', () => {
  it('are counted on History and in the title until the person looks', async () => {
    const accounts = withCalls(missedAt(30), missedAt(20), missedAt(10))
    localStorage.setItem('parley.history-seen.', '10')
    show('people', accounts)
    expect(await screen.findByRole('link', { name: /History.*2 missed calls/ })).toBeDefined()
    await vi.waitFor(() => expect(document.title).toBe('(2) People – Parley'))
    cleanup()

    show('history', accounts)
    await vi.waitFor(() => expect(localStorage.getItem('parley.history-seen.')).toBe('30'))
    await vi.waitFor(() => expect(document.title).toBe('History – Parley'))
    cleanup()

    show('people', accounts)
    await vi.waitFor(() => expect(accounts.calls).toHaveBeenCalledTimes(3))
    expect(screen.queryByText('2 missed calls')).toBeNull()
  })

  it('from before this browser was used are not counted', async () => {
    show('people', withCalls(missedAt(30)))
    await vi.waitFor(() => expect(localStorage.getItem('parley.history-seen.')).toBe('30'))
    expect(screen.queryByText('1 missed call')).toBeNull()
  })

  it('do not include calls that this person made or answered', async () => {
    localStorage.setItem('parley.history-seen.', '0')
    const made = { ...missedAt(20), direction: 'outgoing' as const }
    const answered = { ...missedAt(10), reason: 'completed' as const }
    const accounts = withCalls(made, answered)
    show('people', accounts)
    await vi.waitFor(() => expect(accounts.calls).toHaveBeenCalled())
    expect(document.title).toBe('People – Parley')
  })

  it('in an answer that cannot be read are not counted, and the page goes on', async () => {
    localStorage.setItem('parley.history-seen.', '0')
    const accounts = withCalls(missedAt(10))
    show('people', accounts)
    await vi.waitFor(() => expect(document.title).toBe('(1) People – Parley'))
    cleanup()

    const unread = vi.fn()
    process.on('unhandledRejection', unread)
    show('people', withCalls(null as never))
    await new Promise((resolve) => setTimeout(resolve))
    process.off('unhandledRejection', unread)
    expect(unread).not.toHaveBeenCalled()
    expect(document.title).toBe('People – Parley')
  })
})

function show(route: Route, accounts: ReturnType<typeof fakeAccounts>) {
  return renderSignedIn(
    <RelationsProvider>
      <Frame route={route}>page</Frame>
    </RelationsProvider>,
    accounts,
  )
}

function withCalls(...calls: readonly CallRecord[]) {
  const accounts = fakeAccounts()
  accounts.calls.mockImplementation(() => ok({ calls }))
  return accounts
}

function missedAt(at_ms: number): CallRecord {
  return {
    call: `00000000-0000-7000-8000-${String(at_ms).padStart(12, '0')}` as never,
    direction: 'incoming',
    peer: person('ada'),
    kind: 'audio',
    reason: 'no_answer',
    invited_at_ms: at_ms,
    ended_at_ms: at_ms + 1,
  }
}
