import type { CallHistory, CallRecord, ErrorCode } from '@parley/client'
import { useWebRTC } from '@parley/react'
import { useCallback, useEffect, useState } from 'react'

import { isExpired, useAccount } from '../account'
import { failedAgain, useAutoRetry, type Failure } from '../useAutoRetry'

type Loaded = {
  readonly calls: readonly CallRecord[] | undefined
  readonly next: string | undefined
  readonly failure: Failure | undefined
}

const nothing: Loaded = { calls: undefined, next: undefined, failure: undefined }

/** The history, page by page. The first page is loaded again after each call. */
export function useHistory() {
  const { accounts, token, expire } = useAccount()
  const { calls: live } = useWebRTC()
  const [loaded, setLoaded] = useState(nothing)
  const [attempt, setAttempt] = useState(0)
  const [answered, setAnswered] = useState<string>()
  const [loadingMore, setLoadingMore] = useState(false)
  const lastEnded = live.findLast(({ phase }) => phase === 'ended')?.call
  const wanted = `${attempt} ${lastEnded ?? ''}`

  const fail = useCallback(
    (error: ErrorCode) => {
      if (isExpired(error)) expire()
      else setLoaded((last) => ({ ...last, failure: failedAgain(last.failure, error) }))
    },
    [expire],
  )

  useEffect(() => {
    let current = true
    void accounts.calls(token).then((answer) => {
      if (!current) return
      setAnswered(wanted)
      if (answer.ok) setLoaded((last) => withTop(last, answer.value))
      else fail(answer.error)
    })
    return () => {
      current = false
    }
  }, [accounts, token, fail, wanted])

  const more = async (before: string) => {
    setLoadingMore(true)
    const answer = await accounts.calls(token, { before })
    setLoadingMore(false)
    if (answer.ok) setLoaded((last) => withBottom(last, answer.value))
    else fail(answer.error)
  }
  const ask = () => setAttempt((last) => last + 1)
  useAutoRetry(loaded.failure, ask)
  const { next } = loaded
  return {
    ...loaded,
    loading: answered !== wanted,
    loadingMore,
    more: next === undefined ? undefined : () => void more(next),
    retry: () => {
      setLoaded((last) => ({ ...last, failure: undefined }))
      ask()
    },
  }
}

/**
 * Merges a newer first page with the loaded pages; replaces them if they have no call in common.
 */
function withTop(last: Loaded, page: CallHistory): Loaded {
  const known = new Set(page.calls.map(({ call }) => call))
  const older = last.calls?.filter(({ call }) => !known.has(call)) ?? []
  const overlaps = older.length < (last.calls?.length ?? 0)
  return {
    calls: overlaps ? [...page.calls, ...older] : page.calls,
    next: overlaps ? last.next : page.next,
    failure: undefined,
  }
}

function withBottom(last: Loaded, page: CallHistory): Loaded {
  const shown = last.calls ?? []
  const known = new Set(shown.map(({ call }) => call))
  return {
    calls: [...shown, ...page.calls.filter(({ call }) => !known.has(call))],
    next: page.next,
    failure: undefined,
  }
}
