import type { ErrorCode, SignInRecord } from '@parley/client'
import { Button, Icon, RequestProblem, useStrings } from '@parley/react'
import { useRef, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { clockDate } from '../../dates'
import { Skeleton } from '../parts'
import { Section } from './Section'
import type { Kept } from './useKept'

export type SignInsProps = {
  readonly signIns: Kept<{ readonly sessions: readonly SignInRecord[] }>
}

/** The sign-ins of the person, each with a button to end it. */
export function SignIns({ signIns }: SignInsProps) {
  const { app } = useStrings()
  const { error, busy, end } = useEnding(signIns.load)
  const sessions = signIns.value?.sessions
  const words = app.account
  const heading = useRef<HTMLHeadingElement>(null)

  const endAndSay = async (which: string) => {
    // The focused button has been removed.
    if (await end(which)) heading.current?.focus()
  }
  return (
    <Section title={words.signIns} titleRef={heading}>
      {!sessions && <Skeleton rows={2} />}
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
      {error !== undefined && <RequestProblem error={error} />}
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
      <span className="row-face">
        <Icon name="screen" />
      </span>
      <div className="row-words">
        <h3 className="row-title">
          <bdi>{name}</bdi>
        </h3>
        <p className="row-detail">
          {current && <span className="mark-word">{words.thisDevice}</span>}
          {!current && online && <span className="presence-word-online">{app.online}</span>}
          {!current && !online && (
            <time dateTime={new Date(seen).toISOString()}>
              {words.lastSeen(clockDate(seen, locale))}
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

/** Ends one sign-in, or all `others`; returns whether it worked. */
function useEnding(load: () => Promise<void>) {
  const { accounts, token, expire } = useAccount()
  const [error, setError] = useState<ErrorCode>()
  const [busy, setBusy] = useState<string>()

  const end = async (which: string): Promise<boolean> => {
    setBusy(which)
    setError(undefined)
    const answer =
      which === 'others'
        ? await accounts.endOtherSessions(token)
        : await accounts.endSession(token, which)
    if (answer.ok) await load()
    else if (isExpired(answer.error)) expire()
    else setError(answer.error)
    setBusy(undefined)
    return answer.ok
  }

  return { error, busy, end }
}
