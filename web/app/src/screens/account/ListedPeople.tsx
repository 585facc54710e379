import type { ErrorCode, ListedPerson } from '@parley/client'
import {
  Avatar,
  Button,
  PersonName,
  RequestProblem,
  nameInSentence,
  useStrings,
} from '@parley/react'
import { useRef, useState } from 'react'

import { useRelations, type Decision } from '../../relations'
import { Skeleton } from '../parts'
import { Section } from './Section'

export type ListedPeopleProps = {
  readonly list: 'blocked' | 'contacts'
  readonly title: string
  /** The text of an empty list. */
  readonly nobody: string
  readonly takeOff: {
    readonly decision: Decision
    readonly label: string
    readonly labelFor: (name: string) => string
  }
}

/** A list of contacts or blocked people, with a button to remove each. */
export function ListedPeople({ list, title, nobody, takeOff }: ListedPeopleProps) {
  const { app } = useStrings()
  const { lists, decide } = useRelations()
  const [failed, setFailed] = useState<ErrorCode>()
  const [busy, setBusy] = useState<ListedPerson>()
  const [gone, setGone] = useState<ListedPerson>()
  const heading = useRef<HTMLHeadingElement>(null)
  const people = lists?.[list]

  const take = async (person: ListedPerson) => {
    setBusy(person)
    setFailed(undefined)
    setGone(undefined)
    const answer = await decide(takeOff.decision, person.user)
    setBusy(undefined)
    if (!answer.ok) {
      setFailed(answer.error)
      return
    }
    setGone(person)
    // The focused button has been removed.
    heading.current?.focus()
  }

  return (
    <Section title={title} titleRef={heading}>
      <p className="parley-unseen" role="status">
        {gone && app.contacts.done[takeOff.decision](nameInSentence(gone))}
      </p>
      {!people && <Skeleton rows={1} />}
      {people?.length === 0 && <p className="account-nobody">{nobody}</p>}
      {people && people.length > 0 && (
        <ul className="list">
          {people.map((person) => (
            <li key={person.user} className="row">
              <Avatar party={person} />
              <div className="row-words">
                <h3 className="row-title">
                  <PersonName party={person} />
                </h3>
                <p className="row-detail">
                  <bdi className="row-user" translate="no">
                    {person.user}
                  </bdi>
                </p>
              </div>
              <Button
                label={takeOff.labelFor(nameInSentence(person))}
                busy={busy?.user === person.user}
                onPress={() => void take(person)}
              >
                {takeOff.label}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {failed !== undefined && <RequestProblem error={failed} />}
    </Section>
  )
}
