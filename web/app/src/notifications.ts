// The notifier of the page, and whether it may still ask for permission.
import { pageNotifier, type NotificationState, type Notifier } from '@parley/client'
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'

import { recall, remember } from './storage'

export const notifier = pageNotifier(`${import.meta.env.BASE_URL}sw.js`)

export const NotifierContext = createContext<Notifier>(notifier)

export function useNotifier(): { readonly notifier: Notifier; readonly state: NotificationState } {
  const notifier = useContext(NotifierContext)
  const subscribe = useCallback(
    (listener: () => void) => {
      const stop = notifier.subscribe(listener)
      // The person may have changed the permission in the browser.
      window.addEventListener('focus', listener)
      return () => {
        stop()
        window.removeEventListener('focus', listener)
      }
    },
    [notifier],
  )
  return { notifier, state: useSyncExternalStore(subscribe, () => notifier.state()) }
}

const KEY = 'parley.notifications'

/** Whether the question was asked. It is asked once. */
export function wasAsked(): boolean {
  return recall(KEY) !== null
}

export function setAsked(): void {
  remember(KEY, 'asked')
}
