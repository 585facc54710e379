import { useWebRTC } from '@parley/react'
import { useEffect, useState } from 'react'

import { useAccount } from '../account'
import { recall, remember } from '../storage'
import { tokenUser } from '../token'
import { toneOf } from './records'

type Newest = { readonly at_ms: number; readonly missed: readonly number[] }

const seenKey = () => `parley.history-seen.${tokenUser() ?? ''}`

/**
 * How many calls the person has missed since they last looked at the history with this browser, of
 * those on its first page. `looking` is whether they look at it now. A browser in which they never
 * did starts with none.
 */
export function useMissed(looking: boolean): number {
  const { accounts, token } = useAccount()
  const { calls, session } = useWebRTC()
  const [newest, setNewest] = useState<Newest>()
  const lastEnded = calls.findLast(({ phase }) => phase === 'ended')?.call
  // Calls were missed while the session was away.
  const online = session === 'online'

  useEffect(() => {
    let current = true
    const count = async () => {
      const answer = await accounts.calls(token)
      if (!current || !answer.ok) return
      const missed = answer.value.calls.filter((record) => toneOf(record) === 'missed')
      setNewest({
        at_ms: Math.max(0, ...answer.value.calls.map((record) => record.invited_at_ms)),
        missed: missed.map((record) => record.invited_at_ms),
      })
    }
    // The history shows what is wrong with an answer, also one of another version's server.
    count().catch(() => undefined)
    return () => {
      current = false
    }
  }, [accounts, token, lastEnded, online])

  const stored = recall(seenKey())
  const seen = stored === null ? undefined : Number(stored)
  useEffect(() => {
    if (newest && (looking || seen === undefined)) {
      remember(seenKey(), String(Math.max(newest.at_ms, seen ?? 0)))
    }
  }, [newest, looking, seen])

  if (!newest || looking || seen === undefined) return 0
  return newest.missed.filter((at_ms) => at_ms > seen).length
}
