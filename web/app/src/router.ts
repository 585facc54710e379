// Routes are fragments, so that any static server can host the app, and so that invitations reach no
// server before they are used.
import { useSyncExternalStore } from 'react'

export const routes = ['people', 'history', 'devices', 'account', 'invite', 'sign-up'] as const
export type Route = (typeof routes)[number]

export function hrefOf(route: Route): string {
  return `#/${route}`
}

/** The address at which somebody signs up with an invitation. */
export function invitationLink(code: string): string {
  return `${location.origin}${location.pathname}${hrefOf('sign-up')}/${code}`
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute)
}

/** The invitation in the address of this page. */
export function useInvitation(): string | undefined {
  return useSyncExternalStore(subscribe, currentInvitation)
}

function currentRoute(): Route {
  const [, name] = location.hash.split('/')
  return routes.find((route) => route === name) ?? 'people'
}

function currentInvitation(): string | undefined {
  const [, name, code] = location.hash.split('/')
  return name === 'sign-up' && code !== undefined && code !== '' ? code : undefined
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
