import type { CallView } from '@parley/client'
import { useEffect, useState } from 'react'
import { usePhone } from './parleyContext'

const SECOND_MS = 1000

/**
 * How long media has flowed in a call, in milliseconds, kept up to date to the second; how long it did
 * once the call has ended. Nothing as long as it never flowed.
 */
export function useDuration(
  call: Pick<CallView, 'active_since_ms' | 'lasted_ms'> | undefined,
): number | undefined {
  const parley = usePhone()
  const since = call?.active_since_ms
  const lasted = call?.lasted_ms
  const [now, setNow] = useState(() => parley?.now() ?? 0)

  useEffect(() => {
    if (!parley || since === undefined || lasted !== undefined) return
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const current = parley.now()
      setNow(current)
      timer = setTimeout(tick, SECOND_MS - ((current - since) % SECOND_MS))
    }
    timer = setTimeout(tick, 0)
    return () => clearTimeout(timer)
  }, [parley, since, lasted])

  if (lasted !== undefined) return lasted
  return since === undefined ? undefined : Math.max(0, now - since)
}
