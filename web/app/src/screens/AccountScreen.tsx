import { useStrings } from '@parley/react'
import { useState } from 'react'

import { ListedPeople } from './account/ListedPeople'
import { PasswordForm } from './account/PasswordForm'
import { SignIns } from './account/SignIns'
import { WhoMayCallChoice } from './account/WhoMayCallChoice'

/** Who may call, whom one knows and has blocked, the password, and where one is signed in. */
export function AccountScreen() {
  const { app, call: strings } = useStrings()
  const words = app.account
  // A new password ends the other sign-ins.
  const [passwords, setPasswords] = useState(0)
  return (
    <div className="account">
      <WhoMayCallChoice />
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
      <PasswordForm onChanged={() => setPasswords((last) => last + 1)} />
      <SignIns key={passwords} />
    </div>
  )
}
