import type { ErrorCode, ListedPerson, Result, UserId } from '@parley/client'
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
import { usePeopleChanges } from './people/usePeopleChanges'
import { failedAgain, useAutoRetry, type Failure } from './useAutoRetry'

/** The decisions of a person about another; the names of the requests. */
export type Decision = 'block' | 'unblock' | 'addContact' | 'removeContact'

type Lists = {
  readonly blocked: readonly ListedPerson[]
  readonly contacts: readonly ListedPerson[]
}

export type Relations = {
  /** Ordered by name; undefined until the server has answered. */
  readonly lists: Lists | undefined
  /** Why the lists could not be loaded. */
  readonly problem: ErrorCode | undefined
  readonly retry: () => void
  readonly isBlocked: (user: UserId) => boolean
  readonly isContact: (user: UserId) => boolean
  /** Resolves when the lists contain the decision. */
  readonly decide: (decision: Decision, user: UserId) => Promise<Result<null>>
}

const RelationsContext = createContext<Relations | null>(null)

/** The person's contacts and blocked people. The server keeps them for all devices. */
export function RelationsProvider({ children }: { readonly children: ReactNode }) {
  const { accounts, token, expire } = useAccount()
  const [lists, setLists] = useState<Lists>()
  const [failure, setFailure] = useState<Failure>()
  const [asked, setAsked] = useState(0)
  // Another device of this person may have changed the lists.
  const changes = usePeopleChanges()

  const load = useCallback(async (): Promise<Result<Lists>> => {
    const [blocked, contacts] = await Promise.all([
      accounts.blocked(token),
      accounts.contacts(token),
    ])
    if (!blocked.ok) return blocked
    if (!contacts.ok) return contacts
    const value = { blocked: blocked.value.people, contacts: contacts.value.people }
    return { ok: true, value }
  }, [accounts, token])

  const take = useCallback(
    (answer: Result<Lists>) => {
      if (answer.ok) {
        setLists(answer.value)
        setFailure(undefined)
      } else if (isExpired(answer.error)) expire()
      else setFailure((last) => failedAgain(last, answer.error))
    },
    [expire],
  )

  useEffect(() => {
    let current = true
    void load().then((answer) => {
      if (current) take(answer)
    })
    return () => {
      current = false
    }
  }, [load, take, changes, asked])

  const retry = useCallback(() => setAsked((last) => last + 1), [])
  useAutoRetry(failure, retry)

  const decide = useCallback(
    async (decision: Decision, user: UserId) => {
      const answer = await accounts[decision](token, user)
      if (answer.ok) take(await load())
      else if (isExpired(answer.error)) expire()
      return answer
    },
    [accounts, token, load, take, expire],
  )

  const relations = useMemo(() => {
    const has = (list: keyof Lists) => (user: UserId) =>
      lists?.[list].some((person) => person.user === user) ?? false
    return {
      lists,
      problem: failure?.error,
      retry,
      isBlocked: has('blocked'),
      isContact: has('contacts'),
      decide,
    }
  }, [lists, failure, retry, decide])
  return <RelationsContext value={relations}>{children}</RelationsContext>
}

const unknown: Relations = {
  lists: undefined,
  problem: undefined,
  retry: () => undefined,
  isBlocked: () => false,
  isContact: () => false,
  decide: () => Promise.resolve({ ok: false, error: 'server/unreachable' }),
}

export function useRelations(): Relations {
  return useContext(RelationsContext) ?? unknown
}
