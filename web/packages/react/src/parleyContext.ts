// The value of the provider: a phone, or why there is none yet.
import type { Parley } from '@parley/client'
import { createContext, useContext } from 'react'

/**
 * The state of the provider: loading the call core, ready, or failed. `retry` loads the core again.
 */
export type ParleyState =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly parley: Parley }
  /**
   * The core could not be loaded, because the page is older than the server or the network failed.
   */
  | { readonly status: 'failed'; readonly error: Error; readonly retry: () => void }

export const ParleyContext = createContext<ParleyState | null>(null)

/**
 * The state of the provider. Throws outside of a ParleyProvider.
 *
 * @example
 * const state = useParleyState()
 * if (state.status === 'failed') return <button onClick={state.retry}>Try again</button>
 */
export function useParleyState(): ParleyState {
  const state = useContext(ParleyContext)
  if (!state) throw new Error('There is no ParleyProvider around this component.')
  return state
}

/** The phone, or null while it loads. */
export function usePhone(): Parley | null {
  const state = useParleyState()
  return state.status === 'ready' ? state.parley : null
}
