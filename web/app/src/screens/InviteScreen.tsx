import type { Accounts, ErrorCode, Invitation, NewInvitation, Result } from '@parley/client'
import { Button, Icon, Problem, RequestProblem, useStrings } from '@parley/react'
import { useRef, useState } from 'react'

import { isExpired, useAccount } from '../account'
import { clockDate } from '../dates'
import { InvitationCard } from '../people/InvitationCard'
import { Section } from './account/Section'
import { useKept } from './account/useKept'

const invitationsOf = (accounts: Accounts, token: string) => accounts.invitations(token)

/** The button that makes an invitation; others have the invitation's id. */
const NEW = 'new'

/** Makes links with which other people make an account, and lists those that are open. */
export function InviteScreen() {
  const { app } = useStrings()
  const { accounts, token, expire } = useAccount()
  const open = useKept(invitationsOf)
  const [made, setMade] = useState<NewInvitation>()
  const [busy, setBusy] = useState<string>()
  const [error, setError] = useState<ErrorCode>()
  const [withdrawn, setWithdrawn] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const words = app.invite

  const ask = async <T,>(what: string, answered: Promise<Result<T>>): Promise<T | undefined> => {
    setBusy(what)
    setError(undefined)
    setWithdrawn(false)
    const answer = await answered
    if (answer.ok) await open.load()
    else if (isExpired(answer.error)) expire()
    else setError(answer.error)
    setBusy(undefined)
    return answer.ok ? answer.value : undefined
  }
  const make = async () => {
    const answer = await ask(NEW, accounts.invite(token))
    if (answer) setMade(answer)
  }
  const withdraw = async ({ id }: Invitation) => {
    const gone = await ask(id, accounts.withdrawInvitation(token, id))
    if (gone === undefined) return
    setWithdrawn(true)
    if (made?.id === id) setMade(undefined)
    // The focused button has been removed.
    heading.current?.focus()
  }

  const invitations = open.value?.invitations ?? []
  return (
    <div className="account">
      <section className="account-section">
        <p className="account-hint">{words.lead}</p>
        {made && <InvitationCard invitation={made} />}
        <Button
          icon="personAdd"
          look={made ? 'plain' : 'primary'}
          busy={busy === NEW}
          onPress={() => void make()}
        >
          {made ? words.makeAnother : words.make}
        </Button>
        {error !== undefined && <RequestProblem error={error} />}
      </section>
      {open.problem !== undefined && (
        <Problem error={open.problem} announce="alert" onRetry={() => void open.load()} />
      )}
      <p className="parley-unseen" role="status">
        {withdrawn && words.withdrawn}
      </p>
      {(invitations.length > 0 || withdrawn) && (
        <Section title={words.open} titleRef={heading}>
          {invitations.length === 0 && <p className="account-nobody">{words.noneOpen}</p>}
          <ul className="list">
            {invitations.map((one) => (
              <InvitationRow
                key={one.id}
                invitation={one}
                busy={busy === one.id}
                onWithdraw={() => void withdraw(one)}
              />
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}

type InvitationRowProps = {
  readonly invitation: Invitation
  readonly busy: boolean
  readonly onWithdraw: () => void
}

function InvitationRow({ invitation, busy, onWithdraw }: InvitationRowProps) {
  const { app, locale } = useStrings()
  const made = clockDate(invitation.created_at_ms, locale)
  return (
    <li className="row">
      <span className="row-face">
        <Icon name="personAdd" />
      </span>
      <div className="row-words">
        <h3 className="row-title">{app.invite.madeAt(made)}</h3>
        <p className="row-detail">
          {app.invite.validUntil(clockDate(invitation.expires_at_ms, locale))}
        </p>
      </div>
      <Button label={app.invite.withdrawOf(made)} busy={busy} onPress={onWithdraw}>
        {app.invite.withdraw}
      </Button>
    </li>
  )
}
