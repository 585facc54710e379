import type { ErrorCode, ListedPerson, UserId } from '@parley/client'
import { useParley } from '@parley/react'
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react'

import { isExpired, useAccount } from './account'

export type Relations = {
  /** Ordered by name; undefined until the server has said it. */
  readonly blocked: readonly ListedPerson[] | undefined
  /** Why the last request did not work. */
  readonly problem: ErrorCode | undefined
  readonly isBlocked: (user: UserId) => boolean
  readonly block: (user: UserId) => void
  readonly unblock: (user: UserId) => void
}

const RelationsContext = createContext<Relations | null>(null)

/** Whom the person has blocked. The server keeps it, for all of their devices. */
export function RelationsProvider({ children }: { readonly children: ReactNode }) {
  const { accounts, token, expire } = useAccount()
  const [blocked, setBlocked] = useState<readonly ListedPerson[]>()
  const [problem, setProblem] = useState<ErrorCode>()
  const [asked, setAsked] = useState(0)
  // Another device of this person may have changed it.
  const changes = useParley((view) => view.people_changes)

  const failed = useCallback(
    (error: ErrorCode) => {
      if (isExpired(error)) expire()
      else setProblem(error)
    },
    [expire],
  )

  useEffect(() => {
    let current = true
    void accounts.blocked(token).then((answer) => {
      if (!current) return
      if (answer.ok) setBlocked(answer.value.people)
      else failed(answer.error)
    })
    return () => {
      current = false
    }
  }, [accounts, token, failed, changes, asked])

  const change = useCallback(
    async (what: 'block' | 'unblock', user: UserId) => {
      setProblem(undefined)
      const answer = await accounts[what](token, user)
      if (answer.ok) setAsked((last) => last + 1)
      else failed(answer.error)
    },
    [accounts, token, failed],
  )

  const relations = useMemo(
    () => ({
      blocked,
      problem,
      isBlocked: (user: UserId) => blocked?.some((person) => person.user === user) ?? false,
      block: (user: UserId) => void change('block', user),
      unblock: (user: UserId) => void change('unblock', user),
    }),
    [blocked, problem, change],
  )
  return <RelationsContext value={relations}>{children}</RelationsContext>
}

const nobody: Relations = {
  blocked: undefined,
  problem: undefined,
  isBlocked: () => false,
  block: () => undefined,
  unblock: () => undefined,
}

export function useRelations(): Relations {
  return useContext(RelationsContext) ?? nobody
}
