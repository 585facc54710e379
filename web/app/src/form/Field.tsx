import { IconButton, useStrings } from '@parley/react'
import { useId, useState } from 'react'

import type { AccountForm, FieldName } from './useAccountForm'

type FieldProps = {
  readonly form: AccountForm
  readonly name: FieldName
  readonly label: string
  readonly hint?: string
  readonly autoComplete: string
  /** Hides the typed text. */
  readonly secret?: boolean
  /** Without capitalisation and correction. */
  readonly trims?: boolean
}

/** A text field with its label, hint and error. */
export function Field({
  form,
  name,
  label,
  hint,
  autoComplete,
  secret = false,
  trims = false,
}: FieldProps) {
  const { app } = useStrings()
  const [shown, setShown] = useState(false)
  const id = useId()
  const missing = form.missing.has(name)
  const described = [missing && `${id}-missing`, hint !== undefined && `${id}-hint`]
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <input
          id={id}
          name={name}
          type={secret && !shown ? 'password' : 'text'}
          autoComplete={autoComplete}
          aria-required="true"
          aria-invalid={missing || form.wrong === name || undefined}
          aria-describedby={described.filter(Boolean).join(' ') || undefined}
          autoCapitalize={name === 'name' ? 'words' : 'none'}
          spellCheck={!trims && !secret}
          maxLength={256}
          onInput={() => form.forget(name)}
        />
        {secret && (
          <IconButton
            icon={shown ? 'eyeOff' : 'eye'}
            label={shown ? app.hidePassword : app.showPassword}
            onPress={() => setShown(!shown)}
          />
        )}
      </div>
      {missing && (
        <p id={`${id}-missing`} className="field-missing">
          {app.required}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  )
}
