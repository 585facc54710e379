import type { ErrorCode, Refusal } from '@parley/client'
import { useEffect, useRef, useState, type SyntheticEvent } from 'react'

const fieldNames = ['user', 'name', 'password', 'invitation', 'current', 'new'] as const
export type FieldName = (typeof fieldNames)[number]

/** Fields that are sent exactly as typed. */
const secrets: ReadonlySet<FieldName> = new Set(['password', 'current', 'new'])

/** Hidden inputs are for password managers. */
const visibleInputs = 'input:not([hidden])'

/** The field in which the person can correct an error. */
const fieldOf: Readonly<Partial<Record<ErrorCode, FieldName>>> = {
  'account/wrong-credentials': 'password',
  'account/name-taken': 'user',
  'account/invalid-name': 'user',
  'account/weak-password': 'password',
  'account/invitation-needed': 'invitation',
}

/** An error and its field. Without a code a text has a lone surrogate, and nothing was sent. */
export type Trouble = {
  readonly error?: ErrorCode
  readonly field?: FieldName | undefined
  readonly detail?: string | undefined
}

function troubleOf({ error, field, detail }: Omit<Refusal, 'ok'>): Trouble {
  const said = fieldNames.find((one) => one === field)
  return { error, field: said ?? fieldOf[error], detail }
}

/** A lone surrogate, which no request can contain. */
const brokenText = /\p{Surrogate}/u

export type AccountForm = ReturnType<typeof useAccountForm>

type Answer = { readonly ok: true } | Refusal

/** The state of a form about an account: its values, its request and its errors. */
export function useAccountForm(firstError?: ErrorCode) {
  const [trouble, setTrouble] = useState<Trouble | undefined>(
    firstError && troubleOf({ error: firstError }),
  )
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const element = useRef<HTMLFormElement>(null)

  // Moves the focus after the error is rendered, so that screen readers announce both in order, and
  // because some fields appear only then.
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
      const inputs = [...event.currentTarget.querySelectorAll<HTMLInputElement>(visibleInputs)]
      const value = (name: FieldName) => {
        const text = inputs.find((input) => input.name === name)?.value ?? ''
        return secrets.has(name) ? text : text.trim()
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
