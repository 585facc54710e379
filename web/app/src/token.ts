// Who is signed in on this page: a token that outlives a reload and is shared by all tabs.
import { useSyncExternalStore } from 'react'

import { recall, remember } from './storage'

const KEY = 'parley.token'
const USER_KEY = 'parley.user'
const listeners = new Set<() => void>()

/** Whether the last token was taken away by the server rather than given back. */
let expired = false

/** Takes a token and the account it opens, or puts both away. */
export function setToken(account: { readonly token: string; readonly user: string } | null): void {
  expired = false
  remember(USER_KEY, account?.user ?? null)
  remember(KEY, account?.token ?? null)
  tell()
}

/** Whose token it is, before the server has said so once more. */
export function tokenUser(): string | null {
  return recall(USER_KEY)
}

/** The server no longer takes the token. */
export function expireToken(): void {
  expired = true
  remember(KEY, null)
  tell()
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** The token, kept up to date with the other tabs: signing out in one signs out all. */
export function useToken(): string | null {
  return useSyncExternalStore(subscribe, () => recall(KEY))
}

export function useTokenExpired(): boolean {
  return useSyncExternalStore(subscribe, () => expired)
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    // A null key means that everything was cleared.
    if (event.key === KEY || event.key === null) listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}
