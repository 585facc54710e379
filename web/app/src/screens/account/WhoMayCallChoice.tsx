import type { AccountSettings, ErrorCode, WhoMayCall } from '@parley/client'
import { RequestProblem, useStrings } from '@parley/react'
import { useId, useRef, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { Section } from './Section'
import type { Kept } from './useKept'

const choices: readonly WhoMayCall[] = ['everybody', 'known']

export type WhoMayCallChoiceProps = { readonly settings: Kept<AccountSettings> }

/** Whether calls of unknown people ring. */
export function WhoMayCallChoice({ settings }: WhoMayCallChoiceProps) {
  const { app } = useStrings()
  const { choice, error, choose } = useChoice(settings)
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
                disabled={choice === undefined}
                checked={choice === one}
                onChange={() => void choose(one)}
              />
              <span>{words.who[one]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {error !== undefined && <RequestProblem error={error} />}
    </Section>
  )
}

function useChoice({ value, setValue }: Kept<AccountSettings>) {
  const { accounts, token, expire } = useAccount()
  /** The choice, until the server has saved it. */
  const [wish, setWish] = useState<WhoMayCall>()
  const [error, setError] = useState<ErrorCode>()
  // Grows with every choice, because only the last answer counts.
  const asked = useRef(0)

  const choose = async (wanted: WhoMayCall) => {
    const mine = ++asked.current
    setWish(wanted)
    setError(undefined)
    // Other settings may have changed, on this page or on another device.
    const now = await accounts.settings(token)
    const answer = now.ok
      ? await accounts.changeSettings(token, { ...now.value, who_may_call: wanted })
      : now
    if (mine !== asked.current) return
    setWish(undefined)
    if (answer.ok) setValue(answer.value)
    else if (isExpired(answer.error)) expire()
    else setError(answer.error)
  }

  return { choice: wish ?? (value && (value.who_may_call ?? 'everybody')), error, choose }
}
