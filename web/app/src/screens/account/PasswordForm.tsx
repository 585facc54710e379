import { Button, Note, useStrings, useWebRTC } from '@parley/react'
import { Fragment, useState } from 'react'

import { isExpired, useAccount } from '../../account'
import { Field } from '../../form/Field'
import { FormProblem } from '../../form/FormProblem'
import { useAccountForm } from '../../form/useAccountForm'
import { tokenUser } from '../../token'
import { Section } from './Section'

/** Changes the password. All other sign-ins end. */
export function PasswordForm({ onChanged }: { readonly onChanged: () => void }) {
  const { app } = useStrings()
  const { accounts, token, expire } = useAccount()
  const { me } = useWebRTC()
  const form = useAccountForm()
  const [done, setDone] = useState(false)
  // A new key empties the fields after each change.
  const [changes, setChanges] = useState(0)
  const words = app.account
  return (
    <Section title={words.password} hint={words.passwordEndsOthers}>
      <form
        className="form account-card"
        noValidate
        onSubmit={form.submit(async (value) => {
          setDone(false)
          const passwords = { current: value('current'), new: value('new') }
          const answer = await accounts.changePassword(token, passwords)
          if (answer.ok) {
            setDone(true)
            setChanges((last) => last + 1)
            onChanged()
          } else if (isExpired(answer.error)) expire()
          return answer
        })}
      >
        <FormProblem trouble={form.trouble} />
        <div className="form-problem" role="status">
          {done && <Note icon="check" tone="good" title={words.passwordChanged} />}
        </div>
        {/* Tells a password manager to whom the password belongs. */}
        <input hidden readOnly autoComplete="username" value={me?.user ?? tokenUser() ?? ''} />
        <Fragment key={changes}>
          <Field
            form={form}
            name="current"
            label={words.currentPassword}
            autoComplete="current-password"
            secret
          />
          <Field
            form={form}
            name="new"
            label={words.newPassword}
            hint={app.passwordHint}
            autoComplete="new-password"
            secret
          />
        </Fragment>
        <Button type="submit" look="primary" busy={form.busy}>
          {words.changePassword}
        </Button>
      </form>
    </Section>
  )
}
