import type { Accounts, ErrorCode } from '@parley/client'
import { createContext, useContext } from 'react'

export type AccountState = {
  readonly accounts: Accounts
  readonly token: string
  /** The server refuses the token: shows the sign-in with the reason. */
  readonly expire: () => void
  readonly leave: () => void
}

export const AccountContext = createContext<AccountState | null>(null)

export function useAccount(): AccountState {
  const state = useContext(AccountContext)
  if (!state) throw new Error('Nobody is signed in around this component.')
  return state
}

/** Whether an error means that the token is no longer valid. */
export function isExpired(error: ErrorCode): boolean {
  return error === 'account/not-signed-in'
}
