import type { CallView } from '@parley/client'
import { useEffect, useState } from 'react'
import { usePhone } from './parleyContext'

const SECOND_MS = 1000

/**
 * How long media has flowed in a call, in milliseconds, updated every second. After the end it is
 * the total; undefined if media never flowed.
 *
 * @example
 * const { call } = useWebRTC()
 * const duration = useDuration(call)
 * return duration === undefined ? null : <DurationText milliseconds={duration} running />
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
