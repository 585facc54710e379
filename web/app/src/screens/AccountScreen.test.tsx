import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { failed, fakeAccounts, ok, renderSignedIn } from '../../test/page'
import { RelationsProvider } from '../relations'
import { AccountScreen } from './AccountScreen'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const bea = { user: 'bea' as never, name: 'Bea Moreau', since_ms: 0 }

const part = (name: string) => within(screen.getByRole('region', { name }))

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

  it('changes who may call and keeps other settings that have changed meanwhile', async () => {
    const accounts = fakeAccounts()
    const { user } = renderSignedIn(page, accounts)
    const known = await screen.findByRole('radio', { name: 'People I know' })
    await vi.waitFor(() => expect(known).toHaveProperty('disabled', false))
    accounts.settings.mockImplementation(() => ok({ call_waiting: false }))
    await user.click(known)
    expect(accounts.changeSettings).toHaveBeenCalledWith('token', {
      call_waiting: false,
      who_may_call: 'known',
    })
  })

  it('takes back a failed choice of who may call, and shows why', async () => {
    const accounts = fakeAccounts()
    accounts.changeSettings.mockReturnValue(failed('server/unreachable'))
    const { user } = renderSignedIn(page, accounts)
    const known = await screen.findByRole('radio', { name: 'People I know' })
    await vi.waitFor(() => expect(known).toHaveProperty('disabled', false))
    await user.click(known)
    expect((await part('Who may call me').findByRole('alert')).textContent).toContain('reach')
    expect(known).toHaveProperty('checked', false)
  })

  it('lists the contacts, and removes one', async () => {
    const accounts = fakeAccounts()
    accounts.contacts.mockImplementation(() => ok({ people: [bea] }))
    const { user } = renderSignedIn(page, accounts)
    const remove = await screen.findByRole('button', { name: 'Remove from contacts: Bea Moreau' })
    accounts.contacts.mockImplementation(() => ok({ people: [] }))
    await user.click(remove)
    expect(accounts.removeContact).toHaveBeenCalledWith('token', 'bea')
    expect(await screen.findByText('Bea Moreau is no longer one of your contacts.')).toBeDefined()
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Contacts' }))
  })

  it('shows why unblocking failed', async () => {
    const accounts = fakeAccounts()
    accounts.blocked.mockImplementation(() => ok({ people: [bea] }))
    accounts.unblock.mockReturnValue(failed('server/internal'))
    const { user } = renderSignedIn(page, accounts)
    await user.click(await screen.findByRole('button', { name: 'Unblock Bea Moreau' }))
    expect((await part('Blocked people').findByRole('alert')).textContent).toContain('went wrong')
    expect(screen.getByRole('button', { name: 'Unblock Bea Moreau' })).toBeDefined()
  })

  it('lists blocked people, and unblocks one', async () => {
    const accounts = fakeAccounts()
    accounts.blocked.mockImplementation(() => ok({ people: [bea] }))
    const { user } = renderSignedIn(page, accounts)
    const unblock = await screen.findByRole('button', { name: 'Unblock Bea Moreau' })
    accounts.blocked.mockImplementation(() => ok({ people: [] }))
    await user.click(unblock)
    expect(accounts.unblock).toHaveBeenCalledWith('token', 'bea')
    expect(await screen.findByText('Nobody is blocked.')).toBeDefined()
  })

  it('changes the password, and shows its errors', async () => {
    const { user, accounts } = renderSignedIn(page)
    accounts.changePassword.mockReturnValueOnce(
      Promise.resolve({ ok: false, error: 'account/wrong-credentials', field: 'current' }),
    )
    await user.type(screen.getByLabelText('Current password'), 'old secret')
    await user.type(screen.getByLabelText('New password'), 'new secret{Enter}')
    expect(accounts.changePassword).toHaveBeenCalledWith('token', {
      current: 'old secret',
      new: 'new secret',
    })
    await vi.waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText('Current password')),
    )
    expect(screen.getByRole('alert').textContent).toContain('That is not your current password.')
    expect(screen.queryByText('Your password is changed.')).toBeNull()
    expect(accounts.sessions).toHaveBeenCalledTimes(1)
    await user.click(screen.getByRole('button', { name: 'Change password' }))
    expect(await screen.findByText('Your password is changed.')).toBeDefined()
    expect(screen.getByLabelText('New password')).toHaveProperty('value', '')
    // The change has ended other sign-ins, so the list is loaded again.
    expect(accounts.sessions).toHaveBeenCalledTimes(2)
  })

  it('does not send an empty password', async () => {
    const { user, accounts } = renderSignedIn(page)
    await user.type(screen.getByLabelText('Current password'), 'old secret{Enter}')
    expect(document.activeElement).toBe(screen.getByLabelText('New password'))
    expect(accounts.changePassword).not.toHaveBeenCalled()
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
