import { useEffect } from 'react'

import { usePageHidden } from './usePageHidden'

/** Keeps the screen on while `needed`. The system takes that back from a page nobody sees. */
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
      // A battery that is low, or a policy: the call goes on all the same.
      () => undefined,
    )
    return () => {
      over = true
      void lock?.release()
    }
  }, [needed, hidden])
}
