import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { failed, fakeAccounts, ok, renderSignedIn } from '../../test/page'
import { RelationsProvider } from '../relations'
import { AccountScreen } from './AccountScreen'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const page = (
  <RelationsProvider>
    <AccountScreen />
  </RelationsProvider>
)

describe('the page of the account', () => {
  it('lets the person choose who may call', async () => {
    const { user, accounts } = renderSignedIn(page)
    const known = await screen.findByRole('radio', { name: 'People I know' })
    await vi.waitFor(() => expect(known).toHaveProperty('disabled', false))
    await user.click(known)
    expect(accounts.changeSettings).toHaveBeenCalledWith('token', {
      call_waiting: true,
      who_may_call: 'known',
    })
    expect(known).toHaveProperty('checked', true)
  })

  it('lists who is blocked, and lets them call again', async () => {
    const accounts = fakeAccounts()
    const bea = { user: 'bea' as never, name: 'Bea Moreau', since_ms: 0 }
    accounts.blocked.mockImplementation(() => ok({ people: [bea] }))
    const { user } = renderSignedIn(page, accounts)
    const unblock = await screen.findByRole('button', { name: 'Unblock Bea Moreau' })
    accounts.blocked.mockImplementation(() => ok({ people: [] }))
    await user.click(unblock)
    expect(accounts.unblock).toHaveBeenCalledWith('token', 'bea')
    expect(await screen.findByText('Nobody is blocked.')).toBeDefined()
  })

  it('changes the password, and says what is wrong with it', async () => {
    const { user, accounts } = renderSignedIn(page)
    accounts.changePassword.mockReturnValueOnce(failed('account/wrong-credentials'))
    await user.type(screen.getByLabelText('Current password'), 'old secret')
    await user.type(screen.getByLabelText('New password'), 'new secret{Enter}')
    expect(accounts.changePassword).toHaveBeenCalledWith('token', {
      current: 'old secret',
      new: 'new secret',
    })
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText('Current password')),
    )
    expect(screen.queryByText('Your password is changed.')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Change password' }))
    expect(await screen.findByText('Your password is changed.')).toBeDefined()
  })

  it('lists where the person is signed in, and ends one or all others', async () => {
    const accounts = fakeAccounts()
    const one = { created_at_ms: 0, last_seen_at_ms: 0, expires_at_ms: 1 }
    accounts.sessions.mockImplementation(() =>
      ok({
        sessions: [
          { ...one, id: 'a', software: 'Firefox', system: 'Linux', current: true, online: true },
          { ...one, id: 'b', software: 'Chrome', system: 'Android', current: false, online: false },
        ],
      }),
    )
    const { user } = renderSignedIn(page, accounts)
    const row = (await screen.findByText('Firefox, Linux')).closest('li')!
    expect(within(row).getByText('This device')).toBeDefined()
    expect(within(row).queryByRole('button')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Sign out: Chrome, Android' }))
    expect(accounts.endSession).toHaveBeenCalledWith('token', 'b')
    await user.click(screen.getByRole('button', { name: 'Sign out everywhere else' }))
    expect(accounts.endOtherSessions).toHaveBeenCalledWith('token')
  })
})
