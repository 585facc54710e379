// Routes are fragments, so that any static server can host the app.
import { useSyncExternalStore } from 'react'

export const routes = ['people', 'history', 'devices', 'account', 'sign-up'] as const
export type Route = (typeof routes)[number]

export function hrefOf(route: Route): string {
  return `#/${route}`
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute)
}

function currentRoute(): Route {
  return routes.find((route) => location.hash === hrefOf(route)) ?? 'people'
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
