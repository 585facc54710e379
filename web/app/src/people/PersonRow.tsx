import type { Party } from '@parley/client'
import { Avatar, CallButton, PersonName, useStrings, useWebRTC } from '@parley/react'
import { useId } from 'react'

import { DecisionOutcome } from './DecisionOutcome'
import { PersonMenu } from './PersonMenu'
import { useDecisions } from './useDecisions'

/** A person: name, presence and actions. */
export function PersonRow({ person }: { readonly person: Party }) {
  const { app } = useStrings()
  const decisions = useDecisions(person)
  const id = useId()
  const { state, words } = usePresence(person)
  return (
    <li className="row">
      <span className={`presence presence-${state}`}>
        <Avatar party={person} />
      </span>
      <div className="row-words">
        <h2 id={id} className="row-title">
          <PersonName party={person} />
        </h2>
        <p className="row-detail">
          <span className={`presence-word presence-word-${state}`}>{words}</span>
          <bdi className="row-user" translate="no">
            {person.user}
          </bdi>
          {decisions.isContact && <span className="mark-word">{app.contacts.mark}</span>}
          {decisions.isBlocked && (
            <span className="mark-word mark-word-blocked">{app.blockedMark}</span>
          )}
        </p>
      </div>
      <div className="row-actions" role="group" aria-labelledby={id}>
        <CallButton party={person} kind="audio" />
        <CallButton party={person} kind="video" />
        <PersonMenu decisions={decisions} />
      </div>
      <DecisionOutcome decisions={decisions} />
    </li>
  )
}

function usePresence({ user }: Party) {
  const { app } = useStrings()
  const { presence, session, problem } = useWebRTC()
  const online = presence.get(user)
  if (online === true) return { state: 'online', words: app.online }
  if (online === false) return { state: 'offline', words: app.offline }
  // Without a connection, presence is not being checked.
  const asks = session === 'online' || problem === undefined
  return { state: 'unknown', words: asks ? app.presenceUnknown : app.presenceUntold }
}
