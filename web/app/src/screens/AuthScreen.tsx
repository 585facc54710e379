import type { Account, Accounts, SignUpPolicy } from '@parley/client'
import { Button, Problem, useStrings } from '@parley/react'
import { useEffect } from 'react'

import { Brand, Mark } from '../Brand'
import { Field } from '../form/Field'
import { FormProblem } from '../form/FormProblem'
import { useAccountForm } from '../form/useAccountForm'
import { LanguageChoice } from '../LanguageChoice'
import { hrefOf, useInvitation, useRoute } from '../router'
import { useServerInfo } from '../serverInfo'

export type AuthScreenProps = {
  readonly accounts: Accounts
  /** Whether the server has ended the last sign-in. */
  readonly expired: boolean
  readonly onSignedIn: (account: Account) => void
}

/** The sign-in, and the sign-up if the server allows it. */
export function AuthScreen({ accounts, expired, onSignedIn }: AuthScreenProps) {
  const { app, product } = useStrings()
  const info = useServerInfo(accounts)
  const policy = info?.sign_up
  const first = info?.first_account
  const invited = useInvitation() !== undefined
  const joining = useRoute() === 'sign-up' || first === 'yours'
  const waits = first === 'by_operator' && !invited
  const title = first === 'yours' || waits ? app.firstAccount : joining ? app.signUp : app.signIn

  useEffect(() => {
    document.title = `${title} – ${product}`
  }, [title, product])

  return (
    <div className="auth">
      <header className="auth-side parley-stage">
        <Mark />
        <p className="auth-tagline">{app.tagline}</p>
        <p className="auth-promise">{app.promise}</p>
      </header>
      <main className="auth-main">
        <div className="auth-box">
          <Brand />
          <h1>{title}</h1>
          {waits && <NoAccounts policy={policy} />}
          {!waits && joining && (
            <SignUpForm key="up" {...{ accounts, policy, onSignedIn }} first={first === 'yours'} />
          )}
          {!waits && !joining && <SignInForm key="in" {...{ accounts, expired, onSignedIn }} />}
          {first !== 'yours' && !waits && <OtherWay joining={joining} policy={policy} />}
          <LanguageChoice />
        </div>
      </main>
    </div>
  )
}

type OtherWayProps = { readonly joining: boolean; readonly policy: SignUpPolicy | undefined }

/** From the sign-in to the sign-up, and back. */
function OtherWay({ joining, policy }: OtherWayProps) {
  const { app } = useStrings()
  return (
    <p className="auth-other">
      {joining && (
        <>
          <span>{`${app.toSignIn} `}</span>
          <a href={hrefOf('people')}>{app.toSignInLink}</a>
        </>
      )}
      {!joining && policy !== undefined && policy !== 'closed' && (
        <>
          <span>{`${app.toSignUp} `}</span>
          <a href={hrefOf('sign-up')}>{app.toSignUpLink}</a>
        </>
      )}
      {!joining && policy === 'closed' && <span>{app.signUpClosed}</span>}
    </p>
  )
}

/** Strangers must not get the first account, so it is made on the server. */
function NoAccounts({ policy }: { readonly policy: SignUpPolicy | undefined }) {
  const { app } = useStrings()
  const closed = policy === 'closed'
  return (
    <div className="form">
      <p className="lead">{app.noAccounts}</p>
      <p>{closed ? app.firstByCommand : app.firstByInvitation}</p>
      <code className="command" dir="ltr">
        {closed ? 'parley user add NAME' : 'parley user invite'}
      </code>
    </div>
  )
}

function SignInForm({ accounts, expired, onSignedIn }: AuthScreenProps) {
  const { app } = useStrings()
  const form = useAccountForm(expired ? 'account/not-signed-in' : undefined)
  return (
    <form
      className="form"
      noValidate
      onSubmit={form.submit(async (value) => {
        const answer = await accounts.signIn({ user: value('user'), password: value('password') })
        if (answer.ok) onSignedIn(answer.value)
        return answer
      })}
    >
      <p className="lead">{app.signInLead}</p>
      <FormProblem trouble={form.trouble} />
      <Field form={form} name="user" label={app.user} autoComplete="username" trims />
      <Field
        form={form}
        name="password"
        label={app.password}
        autoComplete="current-password"
        secret
      />
      <Button type="submit" look="primary" busy={form.busy}>
        {form.busy ? app.signingIn : app.signIn}
      </Button>
      <p className="field-hint">{app.passwordForgotten}</p>
    </form>
  )
}

type SignUpFormProps = Omit<AuthScreenProps, 'expired'> & {
  readonly policy: SignUpPolicy | undefined
  /** Whether this is the first account of the server. */
  readonly first: boolean
}

function SignUpForm({ accounts, policy, first, onSignedIn }: SignUpFormProps) {
  const { app } = useStrings()
  const form = useAccountForm()
  const link = useInvitation()
  const refused = form.trouble?.error === 'account/invitation-needed'
  // The server's policy may have changed after the page has loaded it.
  const asked = refused || (policy === 'invite' && link === undefined && !first)
  if (policy === 'closed') return <Problem error="account/sign-up-closed" />
  return (
    <form
      className="form"
      noValidate
      onSubmit={form.submit(async (value) => {
        const answer = await accounts.signUp({
          user: value('user'),
          name: value('name'),
          password: value('password'),
          ...(asked ? { invitation: value('invitation') } : {}),
          ...(!asked && link !== undefined ? { invitation: link } : {}),
        })
        if (answer.ok) onSignedIn(answer.value)
        return answer
      })}
    >
      <p className="lead">
        {first ? app.firstAccountLead : link === undefined ? app.signUpLead : app.invitedLead}
      </p>
      <FormProblem trouble={form.trouble} />
      {asked && (
        <Field
          form={form}
          name="invitation"
          label={app.invitation}
          hint={app.invitationHint}
          autoComplete="off"
          trims
        />
      )}
      <Field
        form={form}
        name="name"
        label={app.name}
        hint={app.nameHint}
        autoComplete="name"
        trims
      />
      <Field
        form={form}
        name="user"
        label={app.user}
        hint={app.userHint}
        autoComplete="username"
        trims
      />
      <Field
        form={form}
        name="password"
        label={app.password}
        hint={app.passwordHint}
        autoComplete="new-password"
        secret
      />
      <Button type="submit" look="primary" busy={form.busy}>
        {form.busy ? app.signingUp : app.signUp}
      </Button>
    </form>
  )
}
