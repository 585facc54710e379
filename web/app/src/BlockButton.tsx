import type { Party } from '@parley/client'
import { Button, nameInSentence, useStrings } from '@parley/react'
import { useState } from 'react'

import { useRelations } from './relations'

/** Blocks somebody, after a word on what that means, or lets them call again. */
export function BlockButton({ party }: { readonly party: Party }) {
  const { call: strings } = useStrings()
  const { isBlocked, block, unblock } = useRelations()
  const [asking, setAsking] = useState(false)
  const name = nameInSentence(party)
  if (isBlocked(party.user)) {
    return (
      <Button
        look="quiet"
        icon="block"
        label={strings.unblockPerson(name)}
        onPress={() => unblock(party.user)}
      >
        {strings.unblock}
      </Button>
    )
  }
  if (!asking) {
    return (
      <Button
        look="quiet"
        icon="block"
        label={strings.blockPerson(name)}
        onPress={() => setAsking(true)}
      >
        {strings.block}
      </Button>
    )
  }
  return (
    <div className="block-question" role="group" aria-label={strings.blockPerson(name)}>
      <p role="status">{strings.blockHint}</p>
      <Button
        look="danger"
        icon="block"
        label={strings.blockPerson(name)}
        onPress={() => {
          setAsking(false)
          block(party.user)
        }}
      >
        {strings.block}
      </Button>
      <Button onPress={() => setAsking(false)}>{strings.keep}</Button>
    </div>
  )
}
