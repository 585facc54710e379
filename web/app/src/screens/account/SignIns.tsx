import type { ErrorCode, SignInRecord } from '@parley/client'
import { Button, Problem, useStrings } from '@parley/react'
import { useCallback, useEffect, useRef, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { exactDate } from '../../dates'
import { Skeleton } from '../parts'
import { Section } from './Section'

/** Where the person is signed in, each to be ended from here. */
export function SignIns() {
  const { app } = useStrings()
  const { sessions, error, busy, load, end } = useSignIns()
  const words = app.account
  const heading = useRef<HTMLHeadingElement>(null)

  const endAndSay = async (which: string) => {
    // The button that had the keyboard is gone.
    if (await end(which)) heading.current?.focus()
  }
  return (
    <Section title={words.signIns} titleRef={heading}>
      {!sessions && error === undefined && <Skeleton rows={2} />}
      {sessions && (
        <ul className="list">
          {sessions.map((one) => (
            <SignInRow
              key={one.id}
              signIn={one}
              busy={busy === one.id}
              onEnd={() => void endAndSay(one.id)}
            />
          ))}
        </ul>
      )}
      {error !== undefined && (
        <Problem
          error={error}
          announce="alert"
          onRetry={sessions ? undefined : () => void load()}
        />
      )}
      {sessions && sessions.length > 1 && (
        <Button icon="signOut" busy={busy === 'others'} onPress={() => void endAndSay('others')}>
          {words.endOthers}
        </Button>
      )}
    </Section>
  )
}

type SignInRowProps = {
  readonly signIn: SignInRecord
  readonly busy: boolean
  readonly onEnd: () => void
}

function SignInRow({ signIn, busy, onEnd }: SignInRowProps) {
  const { app, locale } = useStrings()
  const { software, system, current, online, last_seen_at_ms: seen } = signIn
  const words = app.account
  const name = [software, system].filter(Boolean).join(', ') || words.unknownDevice
  return (
    <li className="row">
      <div className="row-words">
        <h3 className="row-title">
          <bdi>{name}</bdi>
        </h3>
        <p className="row-detail">
          {current && <span className="mark-word">{words.thisDevice}</span>}
          {!current && online && <span className="presence-word-online">{app.online}</span>}
          {!current && !online && (
            <time dateTime={new Date(seen).toISOString()}>
              {words.lastSeen(exactDate(seen, locale))}
            </time>
          )}
        </p>
      </div>
      {!current && (
        <Button label={words.endSignInOf(name)} busy={busy} onPress={onEnd}>
          {words.endSignIn}
        </Button>
      )}
    </li>
  )
}

function useSignIns() {
  const { accounts, token, expire } = useAccount()
  const [sessions, setSessions] = useState<readonly SignInRecord[]>()
  const [error, setError] = useState<ErrorCode>()
  const [busy, setBusy] = useState<string>()
  const gone = useRef(false)

  const failed = useCallback(
    (code: ErrorCode) => {
      if (isExpired(code)) expire()
      else setError(code)
    },
    [expire],
  )

  const load = useCallback(async () => {
    const answer = await accounts.sessions(token)
    if (gone.current) return
    if (!answer.ok) {
      failed(answer.error)
      return
    }
    setSessions(answer.value.sessions)
    setError(undefined)
  }, [accounts, token, failed])

  useEffect(() => {
    gone.current = false
    // What it sets, it sets when the server has answered.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    void load()
    return () => {
      gone.current = true
    }
  }, [load])

  /** Ends one, or all `others`; whether it worked. */
  const end = async (which: string): Promise<boolean> => {
    setBusy(which)
    setError(undefined)
    const answer =
      which === 'others'
        ? await accounts.endOtherSessions(token)
        : await accounts.endSession(token, which)
    if (answer.ok) await load()
    else failed(answer.error)
    setBusy(undefined)
    return answer.ok
  }

  return { sessions, error, busy, load, end }
}
