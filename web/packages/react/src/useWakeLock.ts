import { useEffect } from 'react'

import { usePageHidden } from './usePageHidden'

/** Keeps the screen on while `needed`. The system releases the lock of a hidden page. */
export function useWakeLock(needed: boolean): void {
  const hidden = usePageHidden()
  useEffect(() => {
    const { wakeLock } = navigator as { readonly wakeLock?: WakeLock }
    if (!needed || hidden || !wakeLock) return
    let over = false
    let lock: WakeLockSentinel | undefined
    wakeLock.request('screen').then(
      (granted) => {
        lock = granted
        if (over) void granted.release()
      },
      // The system refuses, for example with a low battery; the call continues.
      () => undefined,
    )
    return () => {
      over = true
      void lock?.release()
    }
  }, [needed, hidden])
}
