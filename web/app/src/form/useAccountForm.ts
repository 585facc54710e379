import type { ErrorCode, Refusal } from '@parley/client'
import { useEffect, useRef, useState, type SyntheticEvent } from 'react'

const fieldNames = ['user', 'name', 'password', 'invitation', 'current', 'new'] as const
export type FieldName = (typeof fieldNames)[number]

/** Sent as they are typed. */
const secrets: ReadonlySet<FieldName> = new Set(['password', 'current', 'new'])

/** What is hidden is there for password managers. */
const visibleInputs = 'input:not([hidden])'

/** The field in which an error can be mended. */
const fieldOf: Readonly<Partial<Record<ErrorCode, FieldName>>> = {
  'account/wrong-credentials': 'password',
  'account/name-taken': 'user',
  'account/invalid-name': 'user',
  'account/weak-password': 'password',
  'account/invitation-needed': 'invitation',
}

/** What is wrong, and in which field. Without a code it is half a character: nothing was sent. */
export type Trouble = {
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

export type AccountForm = ReturnType<typeof useAccountForm>

type Answer = { readonly ok: true } | Refusal

/** A form about an account: what is typed into it, sent, and wrong with it. */
export function useAccountForm(firstError?: ErrorCode) {
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
