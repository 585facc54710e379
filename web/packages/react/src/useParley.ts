// The bridge from the phone's store to React.
import { initialSnapshot, type Parley, type Snapshot, type View } from '@parley/client'
import { useCallback, useSyncExternalStore } from 'react'
import { usePhone } from './parleyContext'

/**
 * Reads from the view and draws again when the answer changes. `select` returns a primitive or a part
 * of the view; an object made anew every time would draw for ever.
 */
export function useParley<T>(select: (view: View) => T): T {
  return usePhoneValue((snapshot) => select(snapshot.view))
}

/** The same for everything a phone shows; that of a new phone while it is loading. */
export function usePhoneValue<T>(select: (snapshot: Snapshot, parley: Parley | null) => T): T {
  const parley = usePhone()
  const subscribe = useCallback(
    (listener: () => void) => parley?.subscribe(listener) ?? (() => undefined),
    [parley],
  )
  const read = () => select(parley?.snapshot ?? initialSnapshot, parley)
  return useSyncExternalStore(subscribe, read, read)
}
