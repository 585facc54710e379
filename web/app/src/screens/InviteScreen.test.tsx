import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { failed, fakeAccounts, ok, renderSignedIn } from '../../test/page'
import { InviteScreen } from './InviteScreen'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const open = { id: 'i1', created_at_ms: 0, expires_at_ms: 86_400_000 }

describe('an invitation', () => {
  it('is a link with the code behind the route, and a QR code of it', async () => {
    const { user } = renderSignedIn(<InviteScreen />)
    await user.click(screen.getByRole('button', { name: 'Create a link' }))
    const link = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Invitation link' })
    expect(link.value).toBe(`${location.origin}/#/sign-up/abcde-fghjk`)
    expect(await screen.findByRole('img', { name: 'The link as a QR code' })).toBeDefined()
  })

  it('is copied', async () => {
    const { user } = renderSignedIn(<InviteScreen />)
    await user.click(screen.getByRole('button', { name: 'Create a link' }))
    await user.click(await screen.findByRole('button', { name: 'Copy link' }))
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeDefined()
    expect(await navigator.clipboard.readText()).toMatch(/#\/sign-up\/abcde-fghjk$/)
  })

  it('that is withdrawn leaves the page, and its link too', async () => {
    const accounts = fakeAccounts()
    const list = vi.fn(() => ok({ invitations: [open] }))
    accounts.invitations.mockImplementation(list)
    const { user } = renderSignedIn(<InviteScreen />, accounts)
    await user.click(screen.getByRole('button', { name: 'Create a link' }))
    const row = await screen.findByRole('listitem')
    list.mockImplementation(() => ok({ invitations: [] }))
    await user.click(within(row).getByRole('button'))
    expect(accounts.withdrawInvitation).toHaveBeenCalledExactlyOnceWith('token', 'i1')
    await vi.waitFor(() => expect(screen.queryByRole('listitem')).toBeNull())
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(screen.getByText('The invitation is withdrawn.')).toBeDefined()
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Open invitations' }))
  })

  it('that is refused says why', async () => {
    const accounts = fakeAccounts()
    accounts.invite.mockReturnValue(failed('account/list-full'))
    const { user } = renderSignedIn(<InviteScreen />, accounts)
    await user.click(screen.getByRole('button', { name: 'Create a link' }))
    expect(await screen.findByText('That list is full.', { exact: false })).toBeDefined()
  })

  it('of a person whose sign-in is over leads to the sign-in', async () => {
    const accounts = fakeAccounts()
    accounts.invite.mockReturnValue(failed('account/not-signed-in'))
    const { user, expire } = renderSignedIn(<InviteScreen />, accounts)
    await user.click(screen.getByRole('button', { name: 'Create a link' }))
    await vi.waitFor(() => expect(expire).toHaveBeenCalledOnce())
  })
})
