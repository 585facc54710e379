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
  it('shows person, kind, time and duration, and calls back', async () => {
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
    expect(words.parentElement?.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true')
  })

  it('loads page by page until the end', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2')], next: 'two' }))
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2'), record('1')] }))
    const { user } = renderSignedIn(<HistoryScreen />, accounts)
    await user.click(await screen.findByRole('button', { name: 'Show earlier calls' }))
    expect(accounts.calls).toHaveBeenLastCalledWith('token', { before: 'two' })
    await screen.findByText('That’s all of them.')
    expect(screen.getAllByRole('listitem')).toHaveLength(2)
  })

  it('shows the rating in the details, if there is one', async () => {
    const { user } = renderSignedIn(
      <HistoryScreen />,
      pages([record('2', { my_rating: 'bad' }), record('1')]),
    )
    const openers = await screen.findAllByRole('button', { name: /^Details/ })
    for (const opener of openers) await user.click(opener)
    const ratings = screen.getAllByText('Your rating')
    expect(ratings.map(({ nextSibling }) => nextSibling?.textContent)).toEqual(['Bad'])
  })

  it('adds a call that has just ended', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('1')], next: 'more' }))
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2'), record('1')], next: 'other' }))
    const { showCalls } = renderSignedIn(<HistoryScreen />, accounts)
    await screen.findByRole('listitem')
    showCalls(callView({ call: '2' as never, phase: 'ended' }))
    await vi.waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(2))
    expect(screen.getByRole('button', { name: 'Show earlier calls' })).toBeDefined()
  })

  it('counts missed calls, and filters', async () => {
    const { user } = renderSignedIn(
      <HistoryScreen />,
      pages([
        record('1'),
        record('2', { direction: 'incoming', reason: 'no_answer', peer: person('li', 'Li') }),
        record('3', { direction: 'incoming', reason: 'cancelled', peer: person('noor', 'Noor') }),
        record('4', { direction: 'incoming', peer: person('bea', 'Bea') }),
      ]),
    )
    const names = () => screen.getAllByRole('heading', { level: 3 }).map((one) => one.textContent)
    const choice = await screen.findByRole('group', { name: 'Show' })
    expect(names()).toHaveLength(4)
    await user.click(within(choice).getByRole('radio', { name: /Missed.*2 missed calls/ }))
    expect(names()).toEqual(['Li', 'Noor'])
    await user.click(within(choice).getByRole('radio', { name: 'Incoming' }))
    expect(names()).toEqual(['Li', 'Noor', 'Bea'])
    await user.click(within(choice).getByRole('radio', { name: 'Outgoing' }))
    expect(names()).toEqual(['Ada Lovelace'])
    await user.click(within(choice).getByRole('radio', { name: 'All' }))
    expect(names()).toHaveLength(4)
  })

  it('names the kind of calls of which there are none', async () => {
    const { user } = renderSignedIn(<HistoryScreen />, pages([record('1')]))
    for (const [filter, words] of [
      ['Missed', 'No missed calls'],
      ['Incoming', 'No incoming calls'],
    ] as const) {
      await user.click(await screen.findByRole('radio', { name: filter }))
      expect(screen.getByRole('heading', { name: words })).toBeDefined()
      expect(screen.getByRole('status').textContent).toBe(words)
    }
  })

  it('does not report an empty list before all pages are loaded', async () => {
    const accounts = fakeAccounts()
    const missed = record('1', { direction: 'incoming', reason: 'no_answer' })
    accounts.calls.mockReturnValueOnce(ok({ calls: [record('2')], next: 'two' }))
    accounts.calls.mockReturnValueOnce(ok({ calls: [missed] }))
    const { user } = renderSignedIn(<HistoryScreen />, accounts)
    await user.click(await screen.findByRole('radio', { name: 'Missed' }))
    expect(screen.getByRole('heading', { name: 'None among these' })).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Show earlier calls' }))
    expect(await screen.findByText('Missed call')).toBeDefined()
  })

  it('can be empty', async () => {
    renderSignedIn(<HistoryScreen />)
    expect(await screen.findByText('No calls yet')).toBeDefined()
  })

  it('announces that it is loading', () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValue(new Promise(() => undefined))
    renderSignedIn(<HistoryScreen />, accounts)
    expect(screen.getByRole('status').textContent).toBe('Loading your calls…')
  })

  it('can be loaded again after an error', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValueOnce(failed('server/internal'))
    accounts.calls.mockReturnValue(ok({ calls: [record('1')] }))
    const { user } = renderSignedIn(<HistoryScreen />, accounts)
    await user.click(await screen.findByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('listitem')).toBeDefined()
  })

  it('asks for a new sign-in if the token has expired', async () => {
    const accounts = fakeAccounts()
    accounts.calls.mockReturnValue(failed('account/not-signed-in'))
    const { expire } = renderSignedIn(<HistoryScreen />, accounts)
    await vi.waitFor(() => expect(expire).toHaveBeenCalledTimes(1))
  })
})

describe('the details of a call', () => {
  const open = async (change: Partial<CallRecord>) => {
    const page = renderSignedIn(<HistoryScreen />, pages([record('1', change)]))
    const opener = await screen.findByRole('button', { name: /^Details of the call with/ })
    expect(opener.getAttribute('aria-expanded')).toBe('false')
    await page.user.click(opener)
    expect(opener.getAttribute('aria-expanded')).toBe('true')
    const fact = (name: string) => screen.queryByText(name)?.nextElementSibling?.textContent
    return { ...page, opener, fact }
  }

  it('show the times of the call, and leave out absent ones', async () => {
    const { fact } = await open({
      ringing_at_ms: 1_700_000_000_400,
      accepted_at_ms: 1_700_000_004_000,
      lasted_ms: 61_000,
      ended_by: 'ada' as never,
    })
    expect(fact('You called')).toMatch(/2023/)
    expect(fact('Began to ring')).toMatch(/\d+:\d\d:20/)
    expect(fact('Answered')).toMatch(/\d+:\d\d:24/)
    expect(fact('Connected')).toBeUndefined()
    expect(fact('Duration')).toContain('1 minute 1 second')
    expect(fact('How it ended')).toBe('Call ended')
    expect(fact('Ended by')).toBe('Ada Lovelace')
    expect(fact('What went wrong')).toBeUndefined()
  })

  it.each<[string | undefined, string]>([
    ['sam', 'You'],
    ['ada', 'Ada Lovelace'],
    [undefined, 'Nobody; time ran out'],
  ])('tell that %s ended it: %s', async (user, words) => {
    const { fact } = await open(user === undefined ? {} : { ended_by: user as never })
    expect(fact('Ended by')).toBe(words)
  })

  it('explain a failure in words, and leave out unknown ones', async () => {
    const { fact } = await open({ reason: 'failed', failure: 'connection/no-media-path' })
    expect(fact('What went wrong')).toBe(
      'The two devices could not reach each other. Check both networks, then call again.',
    )
    cleanup()
    const newer = await open({ reason: 'failed', failure: 'connection/of-tomorrow' as never })
    expect(newer.fact('How it ended')).toBe('Call failed')
    expect(newer.fact('What went wrong')).toBeUndefined()
  })

  it('call back with audio or video, and close', async () => {
    const { user, core, opener } = await open({ kind: 'audio' })
    await user.click(screen.getByRole('button', { name: 'Video call Ada Lovelace' }))
    expect(core.of('dialed')).toMatchObject([{ callee: { user: 'ada' }, kind: 'video' }])
    await user.click(opener)
    expect(screen.queryByText('How it ended')).toBeNull()
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
