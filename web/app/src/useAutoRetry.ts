import { errors, type ErrorCode } from '@parley/client'
import { useWebRTC } from '@parley/react'
import { useEffect, useEffectEvent } from 'react'

const FIRST_MS = 2000
const LONGEST_MS = 30_000

/** The error of a request, and how often in a row it failed. */
export type Failure = { readonly error: ErrorCode; readonly times: number }

export function failedAgain(last: Failure | undefined, error: ErrorCode): Failure {
  return { error, times: (last?.times ?? 0) + 1 }
}

/** Repeats a failed request, less and less often, and at once when the server is back. */
export function useAutoRetry(failure: Failure | undefined, ask: () => void): void {
  const { session } = useWebRTC()
  const again = useEffectEvent(ask)
  const failed = failure !== undefined && passes(failure.error)

  useEffect(() => {
    if (failure === undefined || !passes(failure.error)) return
    const delay = Math.min(FIRST_MS * 2 ** (failure.times - 1), LONGEST_MS)
    const timer = setTimeout(() => again(), delay)
    return () => clearTimeout(timer)
  }, [failure])

  useEffect(() => {
    if (failed && session === 'online') again()
    // Only when the session comes back, not with every failure.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [session])
}

function passes(error: ErrorCode): boolean {
  const { retry } = errors[error]
  return retry === 'automatic' || retry === 'later'
}
