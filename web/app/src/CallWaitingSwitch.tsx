import type { ErrorCode } from '@parley/client'
import { useStrings } from '@parley/react'
import { useEffect, useId, useRef, useState } from 'react'

import { isExpired, useAccount } from './account'

/** Whether a second call rings during a call. The server keeps the setting for all devices. */
export function CallWaitingSwitch({ shown }: { shown: boolean }) {
  const { app, errors } = useStrings()
  const { accounts, token, expire } = useAccount()
  const [on, setOn] = useState<boolean>()
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<ErrorCode>()
  const hint = useId()
  // Grows with every request, because only the last answer counts.
  const asked = useRef(0)

  useEffect(() => {
    if (!shown) return
    const mine = ++asked.current
    void accounts.settings(token).then((answer) => {
      if (mine !== asked.current) return
      if (answer.ok) setOn(answer.value.call_waiting)
      else if (isExpired(answer.error)) expire()
      setError(answer.ok ? undefined : answer.error)
    })
    return () => {
      asked.current += 1
    }
  }, [shown, accounts, token, expire])

  const choose = async (wanted: boolean) => {
    if (saving) return
    asked.current += 1
    setSaving(true)
    setOn(wanted)
    const answer = await accounts.changeSettings(token, { call_waiting: wanted })
    asked.current += 1
    setSaving(false)
    setOn(answer.ok ? answer.value.call_waiting : !wanted)
    setError(answer.ok ? undefined : answer.error)
    if (!answer.ok && isExpired(answer.error)) expire()
  }

  return (
    <div className="setting">
      <label className="setting-row">
        <span>{app.callWaiting}</span>
        {on === undefined ? (
          <span className="switch-place" /> // the setting is not known yet
        ) : (
          <input
            type="checkbox"
            role="switch"
            className="switch"
            checked={on}
            aria-disabled={saving} // keeps the focus, unlike `disabled`
            aria-describedby={hint}
            onChange={(event) => void choose(event.target.checked)}
          />
        )}
      </label>
      <p id={hint} className="setting-hint">
        {app.callWaitingHint}
      </p>
      <p role="status" className="setting-hint">
        {error && `${errors[error].sentence} ${errors[error].nextStep}`}
      </p>
    </div>
  )
}
