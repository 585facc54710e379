import type { Accounts } from '@parley/client'
import { Problem, useStrings } from '@parley/react'

import { useRelations } from '../relations'
import { ListedPeople } from './account/ListedPeople'
import { PasswordForm } from './account/PasswordForm'
import { SignIns } from './account/SignIns'
import { useKept } from './account/useKept'
import { WhoMayCallChoice } from './account/WhoMayCallChoice'

const settingsOf = (accounts: Accounts, token: string) => accounts.settings(token)
const signInsOf = (accounts: Accounts, token: string) => accounts.sessions(token)

/** Who may call, contacts, blocked people, the password and the sign-ins. */
export function AccountScreen() {
  const { app, call: strings } = useStrings()
  const relations = useRelations()
  const settings = useKept(settingsOf)
  const signIns = useKept(signInsOf)
  const words = app.account

  // Usually all lists fail for the same reason.
  const problem = settings.problem ?? relations.problem ?? signIns.problem
  const retry = () => {
    relations.retry()
    void settings.load()
    void signIns.load()
  }
  return (
    <div className="account">
      {problem !== undefined && <Problem error={problem} announce="alert" onRetry={retry} />}
      <WhoMayCallChoice settings={settings} />
      <ListedPeople
        list="contacts"
        title={words.contacts}
        nobody={words.noContacts}
        takeOff={{
          decision: 'removeContact',
          label: app.contacts.removeShort,
          labelFor: app.contacts.removePerson,
        }}
      />
      <ListedPeople
        list="blocked"
        title={words.blocked}
        nobody={words.nobodyBlocked}
        takeOff={{
          decision: 'unblock',
          label: strings.unblock,
          labelFor: strings.unblockPerson,
        }}
      />
      {/* A new password ends the other sign-ins. */}
      <PasswordForm onChanged={() => void signIns.load()} />
      <SignIns signIns={signIns} />
    </div>
  )
}
