import type { CallRecord, Direction, EndReason } from '@parley/client'
import { callView } from '@parley/client/testing'
import { en } from '@parley/react'
import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { failed, fakeAccounts, ok, person, renderSignedIn } from '../../test/page'
import { HistoryScreen } from './HistoryScreen'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('the history', () => {
  it('tells who, how, when, how long, and calls back', async () => {
    const noon = new Date().setHours(12, 0, 0, 0)
    const accounts = pages([record('1', { kind: 'video', lasted_ms: 65_000, invited_at_ms: noon })])
    const { user, core } = renderSignedIn(<HistoryScreen />, accounts)
    const today = await screen.findByRole('region', { name: 'Today' })
    const row = within(today).getByRole('listitem')
    expect(within(row).getByRole('heading').textContent).toBe('Ada Lovelace')
    expect(row.textContent).toContain('Outgoing call')
    expect(row.textContent).toContain('Video call')
    expect(row.textContent).toContain('1 minute 5 seconds')
    expect(row.querySelector('time')?.dateTime).toBe(new Date(noon).toISOString())
    await user.click(within(row).getByRole('button', { name: 'Video call Ada Lovelace' }))
    expect(core.of('dialed')).toMatchObject([{ callee: { user: 'ada' }, kind: 'video' }])
  })

  const reasons = Object.keys(en.app.outcome) as EndReason[]
  it.each(
    reasons.flatMap((reason) => [[reason, 'outgoing'] as const, [reason, 'incoming'] as const]),
  )('has words and a picture for %s, %s', async (reason, direction) => {
    renderSignedIn(<HistoryScreen />, pages([record('1', { reason, direction })]))
    const words = await screen.findByText(en.app.outcome[reason][direction])
    expect(words.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true')
  })

  it('comes page by page, until there is no more', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2')], next: 'two' }))
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2'), record('1')] }))
    const { user } = renderSignedIn(<HistoryScreen />, accounts)
    await user.click(await screen.findByRole('button', { name: 'Show earlier calls' }))
    expect(accounts.calls).toHaveBeenLastCalledWith('token', { before: 'two' })
    await screen.findByText('That’s all of them.')
    expect(screen.getAllByRole('listitem')).toHaveLength(2)
  })

  it('takes in a call that has just ended', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('1')], next: 'more' }))
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2'), record('1')], next: 'other' }))
    const { showCalls } = renderSignedIn(<HistoryScreen />, accounts)
    await screen.findByRole('listitem')
    showCalls(callView({ call: '2' as never, phase: 'ended' }))
    await vi.waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(2))
    expect(screen.getByRole('button', { name: 'Show earlier calls' })).toBeDefined()
  })

  it('may be empty', async () => {
    renderSignedIn(<HistoryScreen />)
    expect(await screen.findByText('No calls yet')).toBeDefined()
  })

  it('is on its way, and that is said aloud', () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValue(new Promise(() => undefined))
    renderSignedIn(<HistoryScreen />, accounts)
    expect(screen.getByRole('status').textContent).toBe('Loading your calls…')
  })

  it('can be asked for again', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(failed('server/internal'))
    accounts.calls.mockReturnValue(ok({ calls: [record('1')] }))
    const { user } = renderSignedIn(<HistoryScreen />, accounts)
    await user.click(await screen.findByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('listitem')).toBeDefined()
  })

  it('sends to the door who is no longer signed in', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValue(failed('account/not-signed-in'))
    const { expire } = renderSignedIn(<HistoryScreen />, accounts)
    await vi.waitFor(() => expect(expire).toHaveBeenCalledTimes(1))
  })
})

function pages(calls: readonly CallRecord[]) {
  const accounts = fakeAccounts()
  accounts.calls.mockReturnValue(ok({ calls }))
  return accounts
}

function record(call: string, change: Partial<CallRecord> = {}): CallRecord {
  return {
    call: call as never,
    direction: 'outgoing' satisfies Direction,
    peer: person('ada', 'Ada Lovelace'),
    kind: 'audio',
    reason: 'completed',
    invited_at_ms: 1_700_000_000_000,
    ended_at_ms: 1_700_000_100_000,
    ...change,
  }
}
