// Connects the phone's store to React.
import { initialSnapshot, type Parley, type Snapshot, type View } from '@parley/client'
import { useCallback, useSyncExternalStore } from 'react'
import { usePhone } from './parleyContext'

/**
 * Reads a value from the view and renders again when it changes. `select` must return a primitive
 * or a part of the view; a new object each time would render endlessly.
 *
 * @example
 * const isOnline = useParley((view) => view.session === 'online')
 */
export function useParley<T>(select: (view: View) => T): T {
  return usePhoneValue((snapshot) => select(snapshot.view))
}

/** Reads a value from the snapshot of the phone; while it loads, from the initial snapshot. */
export function usePhoneValue<T>(select: (snapshot: Snapshot, parley: Parley | null) => T): T {
  const parley = usePhone()
  const subscribe = useCallback(
    (listener: () => void) => parley?.subscribe(listener) ?? (() => undefined),
    [parley],
  )
  const read = () => select(parley?.snapshot ?? initialSnapshot, parley)
  return useSyncExternalStore(subscribe, read, read)
}
