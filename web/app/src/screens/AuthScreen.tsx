import type { Account, Accounts, ErrorCode, Refusal, SignUpPolicy } from '@parley/client'
import { Button, IconButton, Note, Problem, useStrings, type Strings } from '@parley/react'
import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react'

import { Brand, Mark } from '../Brand'
import { LanguageChoice } from '../LanguageChoice'
import { hrefOf, useRoute } from '../router'

export type AuthScreenProps = {
  readonly accounts: Accounts
  /** Somebody was signed in until a moment ago, and did not ask to be signed out. */
  readonly expired: boolean
  readonly onSignedIn: (account: Account) => void
}

/** The door: signing in, and making an account where the server allows it. */
export function AuthScreen({ accounts, expired, onSignedIn }: AuthScreenProps) {
  const { app, product } = useStrings()
  const policy = useSignUpPolicy(accounts)
  const joining = useRoute() === 'sign-up'
  const title = joining ? app.signUp : app.signIn

  useEffect(() => {
    document.title = `${title} – ${product}`
  }, [title, product])

  return (
    <div className="door">
      <header className="door-side parley-stage">
        <Mark />
        <p className="door-tagline">{app.tagline}</p>
        <p className="door-promise">{app.promise}</p>
      </header>
      <main className="door-main">
        <div className="door-box">
          <Brand />
          <h1>{title}</h1>
          {joining ? (
            <SignUpForm key="up" {...{ accounts, policy, onSignedIn }} />
          ) : (
            <SignInForm key="in" {...{ accounts, expired, onSignedIn }} />
          )}
          <p className="door-other">
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
          <LanguageChoice />
        </div>
      </main>
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
    </form>
  )
}

type SignUpFormProps = Omit<AuthScreenProps, 'expired'> & {
  readonly policy: SignUpPolicy | undefined
}

function SignUpForm({ accounts, policy, onSignedIn }: SignUpFormProps) {
  const { app } = useStrings()
  const form = useAccountForm()
  // The server may ask for an invitation after the page has asked what it wants.
  const invited = policy === 'invite' || form.trouble?.error === 'account/invitation-needed'
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
          ...(invited ? { invitation: value('invitation') } : {}),
        })
        if (answer.ok) onSignedIn(answer.value)
        return answer
      })}
    >
      <p className="lead">{app.signUpLead}</p>
      <FormProblem trouble={form.trouble} />
      {invited && (
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

function FormProblem({ trouble }: { readonly trouble: Trouble | undefined }) {
  const { app } = useStrings()
  const words = trouble && wordsOf(trouble, app)
  return (
    <div className="form-problem" role="alert">
      {trouble !== undefined &&
        (words ? (
          <Note icon="alert" tone="danger" title={words[0]} detail={words[1]} />
        ) : (
          trouble.error !== undefined && (
            <Problem
              error={trouble.error}
              // Nobody but the person sends a form again.
              detail={trouble.error === 'server/unreachable' ? app.unreachableDetail : undefined}
              tone="danger"
            />
          )
        ))}
    </div>
  )
}

type AppStrings = Strings['app']

/** What is wrong and what to do, where the words of the catalogue are about something else. */
function wordsOf(
  { error, field, detail }: Trouble,
  app: AppStrings,
): readonly [title: string, detail: string] | undefined {
  if (error === undefined) return [app.brokenText, app.brokenTextDetail]
  if (error === 'account/invalid-name' && field === 'name') {
    return [app.nameRefused, app.nameRefusedDetail]
  }
  if (error === 'account/weak-password' && detail === 'common') {
    return [app.passwordCommon, app.passwordCommonDetail]
  }
  return undefined
}

// ---- fields ----

const fieldNames = ['user', 'name', 'password', 'invitation'] as const
type FieldName = (typeof fieldNames)[number]

/** The field in which an error can be mended. */
const fieldOf: Readonly<Partial<Record<ErrorCode, FieldName>>> = {
  'account/wrong-credentials': 'password',
  'account/name-taken': 'user',
  'account/invalid-name': 'user',
  'account/weak-password': 'password',
  'account/invitation-needed': 'invitation',
}

/** What is wrong, and in which field. Without a code it is half a character: nothing was sent. */
type Trouble = {
  readonly error?: ErrorCode
  readonly field?: FieldName | undefined
  readonly detail?: string | undefined
}

function troubleOf({ error, field, detail }: Omit<Refusal, 'ok'>): Trouble {
  const said = fieldNames.find((one) => one === field)
  return { error, field: said ?? fieldOf[error], detail }
}

/** Half of a character that takes two code units; it is in no text that can be sent. */
const brokenText = /\p{Surrogate}/u

type AccountForm = ReturnType<typeof useAccountForm>

type Answer = { readonly ok: true } | Refusal

function useAccountForm(firstError?: ErrorCode) {
  const [trouble, setTrouble] = useState<Trouble | undefined>(
    firstError && troubleOf({ error: firstError }),
  )
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const element = useRef<HTMLFormElement>(null)

  // Once the problem is drawn, so that both are read out in order, and the field that it is about is
  // there: some appear only then.
  useEffect(() => {
    const name = trouble?.field
    const field = name === undefined ? null : element.current?.elements.namedItem(name)
    if (field instanceof HTMLElement) field.focus()
  }, [trouble])

  const submit =
    (send: (value: (name: FieldName) => string) => Promise<Answer>) =>
    (event: SyntheticEvent<HTMLFormElement>) => {
      event.preventDefault()
      if (busy) return
      element.current = event.currentTarget
      const inputs = [...event.currentTarget.querySelectorAll('input')]
      const value = (name: FieldName) => {
        const text = inputs.find((input) => input.name === name)?.value ?? ''
        return name === 'password' ? text : text.trim()
      }
      const empty = inputs.filter((input) => value(input.name as FieldName) === '')
      setMissing(new Set(empty.map(({ name }) => name)))
      if (empty[0]) {
        empty[0].focus()
        return
      }

      const broken = inputs.find((input) => brokenText.test(input.value))
      if (broken) {
        setTrouble({ field: broken.name as FieldName })
        return
      }

      setBusy(true)
      setTrouble(undefined)
      void send(value).then((answer) => {
        setBusy(false)
        if (!answer.ok) setTrouble(troubleOf(answer))
      })
    }

  const wrong = trouble?.field
  const forget = (name: string) => {
    if (missing.has(name)) setMissing(new Set([...missing].filter((one) => one !== name)))
  }
  return { trouble, busy, missing, wrong, submit, forget }
}

type FieldProps = {
  readonly form: AccountForm
  readonly name: FieldName
  readonly label: string
  readonly hint?: string
  readonly autoComplete: string
  /** Not to be read over somebody's shoulder. */
  readonly secret?: boolean
  /** Written without capitals and corrections. */
  readonly trims?: boolean
}

function Field({
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

/** Whether the server takes new accounts; nothing until it has said so. */
function useSignUpPolicy(accounts: Accounts): SignUpPolicy | undefined {
  const [policy, setPolicy] = useState<SignUpPolicy>()
  useEffect(() => {
    let wanted = true
    void accounts.server().then((answer) => {
      if (wanted && answer.ok) setPolicy(answer.value.sign_up)
    })
    return () => {
      wanted = false
    }
  }, [accounts])
  return policy
}
