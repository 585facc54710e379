// What the provider hands down: a phone, or why there is none yet.
import type { Parley } from '@parley/client'
import { createContext, useContext } from 'react'

export type ParleyState =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly parley: Parley }
  /** The core could not be loaded: an old page after an update, or a network that went away. */
  | { readonly status: 'failed'; readonly error: Error; readonly retry: () => void }

export const ParleyContext = createContext<ParleyState | null>(null)

/** Tells whether the phone is there. Throws outside of a ParleyProvider. */
export function useParleyState(): ParleyState {
  const state = useContext(ParleyContext)
  if (!state) throw new Error('There is no ParleyProvider around this component.')
  return state
}

/** The phone itself, or nothing while it is loading. */
export function usePhone(): Parley | null {
  const state = useParleyState()
  return state.status === 'ready' ? state.parley : null
}
