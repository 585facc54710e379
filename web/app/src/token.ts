// The token of the signed-in person. It outlives a reload, and all tabs share it.
import { useSyncExternalStore } from 'react'

import { recall, remember } from './storage'

const KEY = 'parley.token'
const USER_KEY = 'parley.user'
const listeners = new Set<() => void>()

/** Whether the server ended the last sign-in, and not the person. */
let expired = false

/** Stores a token and its user, or removes both. */
export function setToken(account: { readonly token: string; readonly user: string } | null): void {
  expired = false
  remember(USER_KEY, account?.user ?? null)
  remember(KEY, account?.token ?? null)
  tell()
}

/** The user of the token, before the server has confirmed it. */
export function tokenUser(): string | null {
  return recall(USER_KEY)
}

/** The server refuses the token. */
export function expireToken(): void {
  expired = true
  remember(KEY, null)
  tell()
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** The token, in step with other tabs: a sign-out in one signs out all. */
export function useToken(): string | null {
  return useSyncExternalStore(subscribe, () => recall(KEY))
}

export function useTokenExpired(): boolean {
  return useSyncExternalStore(subscribe, () => expired)
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    // A null key means that the storage was cleared.
    if (event.key === KEY || event.key === null) listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}
