// The app's pages over a phone and an account service that a test writes.
import type { Accounts, Party } from '@parley/client'
import { vi } from 'vitest'

import { renderWithPhone } from '../../packages/react/test/phone'
import { AccountContext } from '../src/account'
import type { ReactNode } from 'react'

export type FakeAccounts = { [Name in keyof Accounts]: ReturnType<typeof vi.fn<Accounts[Name]>> }

export function person(user: string, name = user): Party {
  return { user: user as never, name }
}

export const ok = <T,>(value: T) => Promise.resolve({ ok: true as const, value })
export const failed = <E extends string>(error: E) => Promise.resolve({ ok: false as const, error })

/** Everybody gets an empty answer, until a test says otherwise. */
export function fakeAccounts(): FakeAccounts {
  const account = { token: 'fresh', user: 'sam' as never, name: 'Sam', expires_at_ms: 0 }
  return {
    signUp: vi.fn(() => ok(account)),
    signIn: vi.fn(() => ok(account)),
    signOut: vi.fn(() => ok(null)),
    me: vi.fn(() => ok(person('sam'))),
    server: vi.fn(() =>
      ok({
        sign_up: 'open',
        first_account: 'made',
        users_invite: true,
        version: '0',
      }),
    ),
    people: vi.fn(() => ok({ people: [] })),
    calls: vi.fn(() => ok({ calls: [] })),
    rateCall: vi.fn(() => ok(null)),
    blocked: vi.fn(() => ok({ people: [] })),
    block: vi.fn(() => ok(null)),
    unblock: vi.fn(() => ok(null)),
    contacts: vi.fn(() => ok({ people: [] })),
    addContact: vi.fn(() => ok(null)),
    removeContact: vi.fn(() => ok(null)),
    changePassword: vi.fn(() => ok(null)),
    invite: vi.fn(() => ok({ id: 'i1', invitation: 'abcde-fghjk', expires_at_ms: 0 })),
    invitations: vi.fn(() => ok({ invitations: [] })),
    withdrawInvitation: vi.fn(() => ok(null)),
    sessions: vi.fn(() => ok({ sessions: [] })),
    endSession: vi.fn(() => ok(null)),
    endOtherSessions: vi.fn(() => ok({ ended: 0 })),
    settings: vi.fn(() => ok({ call_waiting: true })),
    changeSettings: vi.fn((_token: string, settings) => ok(settings)),
  }
}

export function renderSignedIn(ui: ReactNode, accounts = fakeAccounts()) {
  const expire = vi.fn()
  const leave = vi.fn()
  const account = { accounts, token: 'token', expire, leave }
  const page = renderWithPhone(<AccountContext value={account}>{ui}</AccountContext>)
  return { ...page, accounts, expire, leave }
}
