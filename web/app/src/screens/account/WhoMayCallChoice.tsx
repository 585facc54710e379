import type { ErrorCode, WhoMayCall } from '@parley/client'
import { Problem, useStrings } from '@parley/react'
import { useCallback, useEffect, useId, useRef, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { Section } from './Section'

const choices: readonly WhoMayCall[] = ['everybody', 'known']

/** Whether the calls of people ring whom one does not know. */
export function WhoMayCallChoice() {
  const { app } = useStrings()
  const { who, error, choose, load } = useWhoMayCall()
  const words = app.account
  const id = useId()
  return (
    <Section title={words.whoMayCall} hint={words.whoHint}>
      <fieldset className="segments account-who" aria-label={words.whoMayCall}>
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
      {error !== undefined && (
        <Problem
          error={error}
          announce="alert"
          onRetry={who === undefined ? () => void load() : undefined}
        />
      )}
    </Section>
  )
}

function useWhoMayCall() {
  const { accounts, token, expire } = useAccount()
  const [who, setWho] = useState<WhoMayCall>()
  const [error, setError] = useState<ErrorCode>()
  // Grows with everything that is asked of the server: only its last answer counts.
  const asked = useRef(0)

  const failed = useCallback(
    (code: ErrorCode) => {
      if (isExpired(code)) expire()
      else setError(code)
    },
    [expire],
  )

  const load = useCallback(async () => {
    const mine = ++asked.current
    const answer = await accounts.settings(token)
    if (mine !== asked.current) return
    if (!answer.ok) {
      failed(answer.error)
      return
    }
    setWho(answer.value.who_may_call ?? 'everybody')
    setError(undefined)
  }, [accounts, token, failed])

  useEffect(() => {
    // What it sets, it sets when the server has answered.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    void load()
    return () => {
      asked.current += 1
    }
  }, [load])

  const choose = async (wanted: WhoMayCall) => {
    const mine = ++asked.current
    const before = who
    setWho(wanted)
    setError(undefined)
    // The other settings may have been changed since, on this page or another device.
    const now = await accounts.settings(token)
    const answer = now.ok
      ? await accounts.changeSettings(token, { ...now.value, who_may_call: wanted })
      : now
    if (mine !== asked.current) return
    if (answer.ok) return
    setWho(before)
    failed(answer.error)
  }

  return { who, error, choose, load }
}
