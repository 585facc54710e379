import type { Accounts, ErrorCode, Result } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { failedAgain, useAutoRetry, type Failure } from '../../useAutoRetry'

export type Kept<T> = {
  readonly value: T | undefined
  readonly setValue: (value: T | undefined) => void
  /** Why it could not be loaded. */
  readonly problem: ErrorCode | undefined
  /** Loads it again and ignores older answers. */
  readonly load: () => Promise<void>
}

/** Loads data of the account once, and again while it fails. `request` must not change. */
export function useKept<T>(
  request: (accounts: Accounts, token: string) => Promise<Result<T>>,
): Kept<T> {
  const { accounts, token, expire } = useAccount()
  const [value, setValue] = useState<T>()
  const [failure, setFailure] = useState<Failure>()
  const asked = useRef(0)

  const load = useCallback(async () => {
    const mine = ++asked.current
    const answer = await request(accounts, token)
    if (mine !== asked.current) return
    if (answer.ok) {
      setValue(answer.value)
      setFailure(undefined)
    } else if (isExpired(answer.error)) expire()
    else setFailure((last) => failedAgain(last, answer.error))
  }, [request, accounts, token, expire])

  useEffect(() => {
    // What it sets, it sets when the server has answered.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    void load()
    return () => {
      asked.current += 1
    }
  }, [load])
  useAutoRetry(failure, () => void load())

  return { value, setValue, problem: failure?.error, load }
}
