import type { ErrorCode, Party } from '@parley/client'
import { useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'

import { useRelations, type Decision } from '../relations'

export type Decisions = {
  readonly party: Party
  readonly isBlocked: boolean
  readonly isContact: boolean
  /** Whether the question before blocking is shown. */
  readonly asking: boolean
  /** The last decision, and its error if it failed. */
  readonly done: Decision | undefined
  readonly problem: ErrorCode | undefined
  /** The decision that is being sent. */
  readonly pending: Decision | undefined
  /** Gets the focus when the question is closed. */
  readonly opener: RefObject<HTMLButtonElement | null>
  readonly askToBlock: () => void
  readonly cancel: () => void
  readonly decide: (decision: Decision) => Promise<Answer>
}

type Answer = Awaited<ReturnType<ReturnType<typeof useRelations>['decide']>>

/** The decisions about one person: the question, the request and the result. */
export function useDecisions(party: Party): Decisions {
  const { isBlocked, isContact, decide } = useRelations()
  const [asking, setAsking] = useState(false)
  const [done, setDone] = useState<Decision>()
  const [problem, setProblem] = useState<ErrorCode>()
  const [pending, setPending] = useState<Decision>()
  const opener = useRef<HTMLButtonElement>(null)

  const closeQuestion = () => {
    flushSync(() => setAsking(false))
    opener.current?.focus()
  }
  return {
    party,
    isBlocked: isBlocked(party.user),
    isContact: isContact(party.user),
    asking,
    done,
    problem,
    pending,
    opener,
    askToBlock: () => {
      setDone(undefined)
      setProblem(undefined)
      setAsking(true)
    },
    cancel: closeQuestion,
    decide: async (decision) => {
      setPending(decision)
      setDone(undefined)
      setProblem(undefined)
      const answer = await decide(decision, party.user)
      setPending(undefined)
      if (answer.ok) setDone(decision)
      if (decision !== 'block') setProblem(answer.ok ? undefined : answer.error)
      // The question shows its error itself.
      else if (answer.ok) closeQuestion()
      return answer
    },
  }
}
