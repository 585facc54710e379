import type { ErrorCode, SignInRecord, WhoMayCall } from '@parley/client'
import { Avatar, Button, PersonName, nameInSentence, useStrings } from '@parley/react'
import { useCallback, useEffect, useId, useRef, useState, type SyntheticEvent } from 'react'

import { isExpired, useAccount } from '../account'
import { exactDate } from '../dates'
import { useRelations } from '../relations'
import { Skeleton } from './parts'

/** Who may call, who is blocked, the password, and where one is signed in. */
export function AccountScreen() {
  return (
    <div className="account">
      <WhoMayCallChoice />
      <BlockedPeople />
      <PasswordForm />
      <SignIns />
    </div>
  )
}

/** The words for what failed, said when it does. */
function Trouble({ error }: { readonly error: ErrorCode | undefined }) {
  const { errors } = useStrings()
  return (
    <p role="status" className="setting-hint account-trouble">
      {error && `${errors[error].sentence} ${errors[error].nextStep}`}
    </p>
  )
}

const choices: readonly WhoMayCall[] = ['everybody', 'known']

function WhoMayCallChoice() {
  const { app } = useStrings()
  const { accounts, token, expire } = useAccount()
  const words = app.account
  const [who, setWho] = useState<WhoMayCall>()
  const [waiting, setWaiting] = useState(true)
  const [error, setError] = useState<ErrorCode>()
  const id = useId()

  useEffect(() => {
    let current = true
    void accounts.settings(token).then((answer) => {
      if (!current) return
      if (answer.ok) {
        setWho(answer.value.who_may_call ?? 'everybody')
        setWaiting(answer.value.call_waiting)
      } else if (isExpired(answer.error)) expire()
      else setError(answer.error)
    })
    return () => {
      current = false
    }
  }, [accounts, token, expire])

  const choose = async (wanted: WhoMayCall) => {
    const before = who
    setWho(wanted)
    const answer = await accounts.changeSettings(token, {
      call_waiting: waiting,
      who_may_call: wanted,
    })
    if (answer.ok) setError(undefined)
    else if (isExpired(answer.error)) expire()
    else {
      setWho(before)
      setError(answer.error)
    }
  }

  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{words.whoMayCall}</h2>
      <fieldset
        className="segments"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-hint`}
      >
        <div className="segments-row">
          {choices.map((one) => (
            <label key={one} className="segment">
              <input
                type="radio"
                name={`${id}-who`}
                disabled={who === undefined}
                checked={who === one}
                onChange={() => void choose(one)}
              />
              <span>{words.who[one]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p id={`${id}-hint`} className="setting-hint">
        {words.whoHint}
      </p>
      <Trouble error={error} />
    </section>
  )
}

function BlockedPeople() {
  const { app, call: strings } = useStrings()
  const { blocked, problem, unblock } = useRelations()
  const words = app.account
  const id = useId()
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.blocked}</h2>
      {!blocked && problem === undefined && <Skeleton rows={1} />}
      {blocked?.length === 0 && <p className="setting-hint">{words.nobodyBlocked}</p>}
      {blocked && blocked.length > 0 && (
        <ul className="list">
          {blocked.map((person) => (
            <li key={person.user} className="row">
              <Avatar party={person} />
              <div className="row-words">
                <h3 className="row-title">
                  <PersonName party={person} />
                </h3>
                <p className="row-detail">
                  <bdi className="row-user">{person.user}</bdi>
                </p>
              </div>
              <Button
                label={strings.unblockPerson(nameInSentence(person))}
                onPress={() => unblock(person.user)}
              >
                {strings.unblock}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Trouble error={problem} />
    </section>
  )
}

function PasswordForm() {
  const { app } = useStrings()
  const { accounts, token, expire } = useAccount()
  const words = app.account
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState(false)
  const [error, setError] = useState<ErrorCode>()
  const form = useRef<HTMLFormElement>(null)
  const id = useId()

  const change = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (busy || !form.current) return
    const data = new FormData(form.current)
    const typed = (name: string): string => {
      const value = data.get(name)
      return typeof value === 'string' ? value : ''
    }
    setBusy(true)
    setDone(false)
    const answer = await accounts.changePassword(token, {
      current: typed('current'),
      new: typed('new'),
    })
    setBusy(false)
    setDone(answer.ok)
    setError(answer.ok ? undefined : answer.error)
    if (answer.ok) form.current.reset()
    else if (isExpired(answer.error)) expire()
    else form.current.querySelector('input')?.focus()
  }

  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{words.password}</h2>
      <form ref={form} onSubmit={(event) => void change(event)}>
        <div className="field">
          <label htmlFor={`${id}-current`}>{words.currentPassword}</label>
          <div className="field-box">
            <input
              id={`${id}-current`}
              name="current"
              type="password"
              autoComplete="current-password"
              required
              maxLength={256}
              aria-describedby={`${id}-said`}
            />
          </div>
        </div>
        <div className="field">
          <label htmlFor={`${id}-new`}>{words.newPassword}</label>
          <div className="field-box">
            <input
              id={`${id}-new`}
              name="new"
              type="password"
              autoComplete="new-password"
              required
              maxLength={256}
              aria-describedby={`${id}-hint`}
            />
          </div>
          <p id={`${id}-hint`} className="setting-hint">
            {`${app.passwordHint} ${words.passwordEndsOthers}`}
          </p>
        </div>
        <Button type="submit" look="primary" busy={busy}>
          {words.changePassword}
        </Button>
        <div id={`${id}-said`}>
          <Trouble error={error} />
          <p role="status">{done && words.passwordChanged}</p>
        </div>
      </form>
    </section>
  )
}

function SignIns() {
  const { app, locale } = useStrings()
  const { accounts, token, expire } = useAccount()
  const words = app.account
  const [sessions, setSessions] = useState<readonly SignInRecord[]>()
  const [error, setError] = useState<ErrorCode>()
  const id = useId()

  const failed = useCallback(
    (code: ErrorCode) => {
      if (isExpired(code)) expire()
      else setError(code)
    },
    [expire],
  )
  const load = useCallback(async () => {
    const answer = await accounts.sessions(token)
    if (!answer.ok) {
      failed(answer.error)
      return
    }
    setSessions(answer.value.sessions)
    setError(undefined)
  }, [accounts, token, failed])
  useEffect(() => {
    let current = true
    void accounts.sessions(token).then((answer) => {
      if (!current) return
      if (answer.ok) setSessions(answer.value.sessions)
      else failed(answer.error)
    })
    return () => {
      current = false
    }
  }, [accounts, token, failed])

  const end = async (which: string) => {
    const answer =
      which === 'others'
        ? await accounts.endOtherSessions(token)
        : await accounts.endSession(token, which)
    if (answer.ok) await load()
    else failed(answer.error)
  }

  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{words.signIns}</h2>
      {!sessions && error === undefined && <Skeleton rows={2} />}
      <ul className="list">
        {sessions?.map((one) => {
          const name = [one.software, one.system].filter(Boolean).join(', ') || words.unknownDevice
          return (
            <li key={one.id} className="row">
              <div className="row-words">
                <h3 className="row-title">{name}</h3>
                <p className="row-detail">
                  {one.current && <strong>{words.thisDevice}</strong>}
                  {!one.current && one.online && <span>{app.online}</span>}
                  {!one.current && !one.online && (
                    <time dateTime={new Date(one.last_seen_at_ms).toISOString()}>
                      {words.lastSeen(exactDate(one.last_seen_at_ms, locale))}
                    </time>
                  )}
                </p>
              </div>
              {!one.current && (
                <Button label={words.endSignInOf(name)} onPress={() => void end(one.id)}>
                  {words.endSignIn}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {sessions && sessions.length > 1 && (
        <Button look="danger" onPress={() => void end('others')}>
          {words.endOthers}
        </Button>
      )}
      <Trouble error={error} />
    </section>
  )
}
