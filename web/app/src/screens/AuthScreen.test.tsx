import type { ErrorCode } from '@parley/client'
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { renderWithPhone } from '../../../packages/react/test/phone'
import { failed, fakeAccounts, ok, type FakeAccounts } from '../../test/page'
import { AuthScreen } from './AuthScreen'

beforeEach(() => {
  location.hash = ''
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('signing in', () => {
  it('sends name and password, and returns the account', async () => {
    const { user, accounts, onSignedIn } = knock()
    await user.type(screen.getByRole('textbox', { name: 'User name' }), ' ada ')
    await user.type(screen.getByLabelText('Password'), ' pass word ')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    expect(accounts.signIn).toHaveBeenCalledExactlyOnceWith({
      user: 'ada',
      password: ' pass word ',
    })
    expect(onSignedIn).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ token: 'fresh' }))
  })

  it('reports missing fields before it sends a request', async () => {
    const { user, accounts } = knock()
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    const name = screen.getByRole('textbox', { name: 'User name' })
    expect(document.activeElement).toBe(name)
    expect(name.getAttribute('aria-invalid')).toBe('true')
    expect(document.getElementById(name.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
      'Please fill this in.',
    )
    expect(accounts.signIn).not.toHaveBeenCalled()
    await user.type(name, 'a')
    expect(name.getAttribute('aria-invalid')).toBeNull()
  })

  it('shows that it is busy, and sends one request', async () => {
    const accounts = fakeAccounts()
    accounts.signIn.mockReturnValue(new Promise(() => undefined))
    const { user } = knock({ accounts })
    await fillIn(user)
    await user.keyboard('{Enter}')
    const button = screen.getByRole('button', { name: 'Signing in…' })
    expect(button.getAttribute('aria-busy')).toBe('true')
    await user.click(button)
    await user.keyboard('{Enter}')
    expect(accounts.signIn).toHaveBeenCalledTimes(1)
  })

  it.each<[ErrorCode, string]>([
    [
      'account/wrong-credentials',
      'The name or the password is not right. Check both and try again.',
    ],
    ['account/too-many-attempts', 'There were too many attempts. Wait a minute and try again.'],
    ['server/unreachable', "The server can't be reached. Check your network and try again."],
    ['server/internal', 'Something went wrong on our side.'],
  ])('tells about %s in words, aloud', async (error, words) => {
    const accounts = fakeAccounts()
    accounts.signIn.mockReturnValue(failed(error))
    const { user } = knock({ accounts })
    await fillIn(user)
    await user.keyboard('{Enter}')
    expect(screen.getByRole('alert').textContent).toContain(words)
  })

  it('shows why the person must sign in again', () => {
    knock({ expired: true })
    expect(screen.getByRole('alert').textContent).toBe('You are signed out. Sign in again.')
  })

  it('can show the password', async () => {
    const { user } = knock()
    const field = screen.getByLabelText('Password')
    expect(field).toHaveProperty('type', 'password')
    await user.click(screen.getByRole('button', { name: 'Show password' }))
    expect(field).toHaveProperty('type', 'text')
    await user.click(screen.getByRole('button', { name: 'Hide password' }))
    expect(field).toHaveProperty('type', 'password')
  })
})

describe('the link to the sign-up', () => {
  it.each([
    ['open', true],
    ['invite', true],
    ['closed', false],
  ] as const)('is offered by a server that is %s: %s', async (sign_up, offered) => {
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(
      ok({ sign_up, first_account: 'made', users_invite: true, version: '0' }),
    )
    knock({ accounts })
    await vi.waitFor(() => expect(screen.getByText(/New here|does not take new/)).toBeDefined())
    expect(screen.queryByRole('link', { name: 'Create an account' }) !== null).toBe(offered)
  })

  it('is not shown until the server has answered', () => {
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(failed('server/unreachable'))
    knock({ accounts })
    expect(screen.queryByRole('link', { name: 'Create an account' })).toBeNull()
  })
})

describe('a server without accounts', () => {
  const answers = (
    sign_up: 'open' | 'invite' | 'closed',
    first_account: 'yours' | 'by_operator',
  ): FakeAccounts => {
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(
      ok({ sign_up, first_account, users_invite: true, version: '0' }),
    )
    return accounts
  }

  it('lets its first visitor create the first account, without an invitation', async () => {
    const accounts = answers('invite', 'yours')
    const { user } = knock({ accounts })
    expect(
      await screen.findByRole('heading', { level: 1, name: 'Create the first account' }),
    ).toBeDefined()
    expect(screen.queryByRole('link', { name: 'Sign in' })).toBeNull()
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    expect(accounts.signUp).toHaveBeenCalledExactlyOnceWith({
      user: 'ada',
      name: 'Ada',
      password: 'correct horse',
    })
  })

  it.each([
    ['invite', 'parley user invite'],
    ['closed', 'parley user add NAME'],
  ] as const)(
    'where sign-up is %s names the command for its operator: %s',
    async (policy, text) => {
      knock({ accounts: answers(policy, 'by_operator') })
      expect(await screen.findByText(text)).toBeDefined()
      expect(screen.queryByRole('textbox')).toBeNull()
    },
  )

  it('takes the link that the command has printed', async () => {
    location.hash = '#/sign-up/abcde-fghjk'
    const accounts = answers('invite', 'by_operator')
    const { user } = knock({ accounts })
    await vi.waitFor(() => expect(screen.getByText(/You are invited/)).toBeDefined())
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    expect(accounts.signUp).toHaveBeenCalledWith(
      expect.objectContaining({ invitation: 'abcde-fghjk' }),
    )
  })
})

describe('signing up', () => {
  beforeEach(() => {
    location.hash = '#/sign-up'
  })

  it('sends only the needed fields', async () => {
    const { user, accounts, onSignedIn } = knock()
    await fillIn(user, { name: ' Ada Lovelace ' })
    await user.keyboard('{Enter}')
    expect(accounts.signUp).toHaveBeenCalledExactlyOnceWith({
      user: 'ada',
      name: 'Ada Lovelace',
      password: 'correct horse',
    })
    expect(onSignedIn).toHaveBeenCalledTimes(1)
  })

  it('asks for an invitation where one is needed', async () => {
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(
      ok({ sign_up: 'invite', first_account: 'made', users_invite: true, version: '0' }),
    )
    const { user } = knock({ accounts })
    await user.type(await screen.findByRole('textbox', { name: 'Invitation code' }), 'abc')
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    expect(accounts.signUp).toHaveBeenCalledWith(expect.objectContaining({ invitation: 'abc' }))
  })

  it('takes the invitation from the link that led here', async () => {
    location.hash = '#/sign-up/abcde-fghjk'
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(
      ok({ sign_up: 'invite', first_account: 'made', users_invite: true, version: '0' }),
    )
    const { user } = knock({ accounts })
    expect(screen.getByText('You are invited.', { exact: false })).toBeDefined()
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    expect(accounts.signUp).toHaveBeenCalledWith(
      expect.objectContaining({ invitation: 'abcde-fghjk' }),
    )
    expect(screen.queryByRole('textbox', { name: 'Invitation code' })).toBeNull()
  })

  it('asks for an invitation as soon as the server does', async () => {
    const accounts = fakeAccounts()
    accounts.signUp.mockReturnValue(failed('account/invitation-needed'))
    const { user } = knock({ accounts })
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    const field = screen.getByRole('textbox', { name: 'Invitation code' })
    await vi.waitFor(() => expect(document.activeElement).toBe(field))
  })

  it('moves the focus to the field with the error', async () => {
    const accounts = fakeAccounts()
    accounts.signUp.mockReturnValue(failed('account/name-taken'))
    const { user } = knock({ accounts })
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    const field = screen.getByRole('textbox', { name: 'User name' })
    await vi.waitFor(() => expect(document.activeElement).toBe(field))
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByRole('alert').textContent).toContain('Somebody already has that name.')
  })

  it('distinguishes a display name from a user name', async () => {
    const accounts = fakeAccounts()
    const refusal = { ok: false as const, error: 'account/invalid-name' as const, field: 'name' }
    accounts.signUp.mockReturnValue(Promise.resolve(refusal))
    const { user } = knock({ accounts })
    await fillIn(user, { name: 'x'.repeat(65) })
    await user.keyboard('{Enter}')
    const field = screen.getByRole('textbox', { name: 'Your name' })
    await vi.waitFor(() => expect(document.activeElement).toBe(field))
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByRole('alert').textContent).toContain('That name can’t be used.')
  })

  it('reports a lone surrogate, and sends nothing', async () => {
    const { user, accounts } = knock()
    await fillIn(user, { name: 'Ada' })
    const field = screen.getByRole('textbox', { name: 'Your name' })
    fireEvent.input(field, { target: { value: 'Ada \ud83d' } })
    await user.click(screen.getByRole('button', { name: 'Create account' }))
    expect(accounts.signUp).not.toHaveBeenCalled()
    expect(document.activeElement).toBe(field)
    expect(screen.getByRole('alert').textContent).toContain('half a character')
  })

  it('reports a common password', async () => {
    const accounts = fakeAccounts()
    const refusal = { ok: false as const, error: 'account/weak-password' as const }
    accounts.signUp.mockReturnValue(Promise.resolve({ ...refusal, detail: 'common' }))
    const { user } = knock({ accounts })
    await fillIn(user, { name: 'Ada' })
    await user.keyboard('{Enter}')
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Password')))
    expect(screen.getByRole('alert').textContent).toContain('first that anybody tries')
  })

  it('shows when the server takes no new accounts', async () => {
    const accounts = fakeAccounts()
    accounts.server.mockReturnValue(
      ok({ sign_up: 'closed', first_account: 'made', users_invite: false, version: '0' }),
    )
    knock({ accounts })
    expect(await screen.findByText('This server does not take new accounts.')).toBeDefined()
    expect(screen.queryByRole('textbox')).toBeNull()
  })
})

type User = ReturnType<typeof knock>['user']

async function fillIn(user: User, { name }: { name?: string } = {}) {
  if (name !== undefined) await user.type(screen.getByRole('textbox', { name: 'Your name' }), name)
  await user.type(screen.getByRole('textbox', { name: 'User name' }), 'ada')
  await user.type(screen.getByLabelText('Password'), 'correct horse')
}

function knock({ accounts = fakeAccounts(), expired = false }: Partial<Knock> = {}) {
  const onSignedIn = vi.fn()
  const page = renderWithPhone(
    <AuthScreen accounts={accounts} expired={expired} onSignedIn={onSignedIn} />,
  )
  return { ...page, accounts, onSignedIn }
}

type Knock = { readonly accounts: FakeAccounts; readonly expired: boolean }
