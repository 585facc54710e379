import { Icon, MenuButton, MenuEntry, nameInSentence, useStrings } from '@parley/react'
import { useState } from 'react'

import type { Decisions } from './useDecisions'

/** Further actions on a person, besides calling. */
export function PersonMenu({ decisions }: { readonly decisions: Decisions }) {
  const { app, call: strings } = useStrings()
  const { party, isBlocked, isContact, pending, opener, askToBlock, decide } = decisions
  const busy = pending !== undefined
  const [open, setOpen] = useState(false)
  return (
    <MenuButton
      open={open}
      onOpen={setOpen}
      label={app.contacts.more(nameInSentence(party))}
      className="parley-icon-button row-menu"
      face={<Icon name="more" />}
      buttonRef={opener}
      overPage
    >
      {isContact ? (
        <MenuEntry
          icon="personRemove"
          label={app.contacts.remove}
          disabled={busy}
          onPress={() => void decide('removeContact')}
        />
      ) : (
        <MenuEntry
          icon="personAdd"
          label={app.contacts.add}
          disabled={busy}
          onPress={() => void decide('addContact')}
        />
      )}
      {isBlocked ? (
        <MenuEntry
          icon="block"
          label={strings.unblock}
          disabled={busy}
          onPress={() => void decide('unblock')}
        />
      ) : (
        <MenuEntry icon="block" label={strings.block} disabled={busy} onPress={askToBlock} />
      )}
    </MenuButton>
  )
}
