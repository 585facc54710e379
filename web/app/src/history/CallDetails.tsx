import type { CallRecord, Party } from '@parley/client'
import {
  Button,
  CallButton,
  DurationText,
  PersonName,
  nameInSentence,
  useStrings,
  useWebRTC,
} from '@parley/react'
import type { ReactNode } from 'react'

import { exactTime, exactDate } from '../dates'
import { DecisionOutcome } from '../people/DecisionOutcome'
import { useDecisions } from '../people/useDecisions'
import { tokenUser } from '../token'

/** Everything about a call: its times, its end and its sources. */
export function CallDetails({ record }: { readonly record: CallRecord }) {
  const { app, call: strings, errors, locale } = useStrings()
  const words = app.record
  const { direction, peer, invited_at_ms: invited, lasted_ms: lasted } = record
  const ending = strings.ended[record.reason][direction]
  // A newer server may send failures that this page does not know.
  const failure = record.failure === undefined ? undefined : errorOf(errors, record.failure)
  return (
    <>
      <dl className="facts">
        <Fact name={words.invited[direction]}>
          <time dateTime={new Date(invited).toISOString()}>{exactDate(invited, locale)}</time>
        </Fact>
        <Moment name={words.ringing} at={record.ringing_at_ms} />
        <Moment name={words.accepted} at={record.accepted_at_ms} />
        <Moment name={words.connected} at={record.connected_at_ms} />
        <Moment name={words.ended} at={record.ended_at_ms} />
        {lasted !== undefined && (
          <Fact name={words.lasted}>
            <DurationText milliseconds={lasted} />
          </Fact>
        )}
        <Fact name={words.endedBy}>
          <EndedBy record={record} />
        </Fact>
        <Fact name={words.outcome} wide>
          {ending.detail === undefined ? ending.title : `${ending.title}. ${ending.detail}`}
        </Fact>
        {record.my_rating !== undefined && (
          <Fact name={words.rating}>{words.ratings[record.my_rating]}</Fact>
        )}
        {failure && (
          <Fact name={words.failure} wide>{`${failure.sentence} ${failure.nextStep}`}</Fact>
        )}
      </dl>
      <PeerActions peer={peer} />
    </>
  )
}

/** Actions on the other person: call, add to contacts, block. */
function PeerActions({ peer }: { readonly peer: Party }) {
  const { app, call: strings } = useStrings()
  const { contacts } = app
  const decisions = useDecisions(peer)
  const { isBlocked, isContact, asking, pending, opener, askToBlock, decide } = decisions
  const toggle = isContact ? 'removeContact' : 'addContact'
  const name = nameInSentence(peer)
  return (
    <>
      <div className="row-calls">
        <CallButton party={peer} kind="audio" withLabel />
        <CallButton party={peer} kind="video" withLabel />
        <Button
          look="quiet"
          icon={isContact ? 'personRemove' : 'personAdd'}
          label={isContact ? contacts.removePerson(name) : contacts.addPerson(name)}
          busy={pending === toggle}
          onPress={() => void decide(toggle)}
        >
          {isContact ? contacts.remove : contacts.add}
        </Button>
        {!asking && (
          <Button
            ref={opener}
            look="quiet"
            icon="block"
            label={isBlocked ? strings.unblockPerson(name) : strings.blockPerson(name)}
            busy={pending === 'unblock'}
            onPress={isBlocked ? () => void decide('unblock') : askToBlock}
          >
            {isBlocked ? strings.unblock : strings.block}
          </Button>
        )}
      </div>
      <DecisionOutcome decisions={decisions} />
    </>
  )
}

function errorOf<T>(errors: Readonly<Record<string, T>>, code: string): T | undefined {
  return Object.hasOwn(errors, code) ? errors[code] : undefined
}

type FactProps = { readonly name: string; readonly wide?: boolean; readonly children: ReactNode }

function Fact({ name, wide = false, children }: FactProps) {
  return (
    <div className={wide ? 'fact-wide' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Times that are absent are left out. */
function Moment({ name, at }: { readonly name: string; readonly at: number | undefined }) {
  const { locale } = useStrings()
  if (at === undefined) return null
  return (
    <Fact name={name}>
      <time dateTime={new Date(at).toISOString()}>{exactTime(at, locale)}</time>
    </Fact>
  )
}

function EndedBy({ record: { ended_by: by, peer } }: { readonly record: CallRecord }) {
  const { app } = useStrings()
  const { me } = useWebRTC()
  if (by === undefined) return <span>{app.record.endedByNobody}</span>
  if (by === peer.user) return <PersonName party={peer} />
  if (by === (me?.user ?? tokenUser())) return <span>{app.record.endedByMe}</span>
  return <PersonName party={{ user: by, name: '' }} />
}
