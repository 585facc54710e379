import type { CallRecord } from '@parley/client'
import {
  Avatar,
  CallButton,
  DurationText,
  Icon,
  PersonName,
  nameInSentence,
  useStrings,
} from '@parley/react'
import { useId, useState } from 'react'

import { clockTime } from '../dates'
import { CallDetails } from './CallDetails'
import { iconOf, toneOf } from './records'

/** One call: person, kind, time; details on request. */
export function CallRow({ record }: { readonly record: CallRecord }) {
  const { app, call: strings, locale } = useStrings()
  const [open, setOpen] = useState(false)
  const id = useId()
  const { peer, kind, invited_at_ms, lasted_ms } = record
  const tone = toneOf(record)
  return (
    <li className={`row row-call row-${tone}`}>
      <Avatar party={peer} />
      <div className="row-words">
        <h3 className="row-title">
          <PersonName party={peer} />
        </h3>
        <p className="row-detail">
          <span className={`outcome outcome-${tone}`}>
            <Icon name={iconOf(record)} />
            <span>{app.outcome[record.reason][record.direction]}</span>
          </span>
        </p>
      </div>
      <p className="row-when">
        <time dateTime={new Date(invited_at_ms).toISOString()}>
          {clockTime(invited_at_ms, locale)}
        </time>
        <span className="row-kind">
          <Icon name={kind === 'video' ? 'video' : 'phone'} />
          <span className="parley-unseen">{`${strings.kind[kind]} `}</span>
          {lasted_ms !== undefined && <DurationText milliseconds={lasted_ms} />}
        </span>
      </p>
      <div className="row-actions">
        <CallButton party={peer} kind={kind} />
        <button
          type="button"
          className="parley-icon-button row-opener"
          aria-label={app.detailsOf(nameInSentence(peer))}
          title={app.detailsOf(nameInSentence(peer))}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <Icon name="chevron" />
        </button>
      </div>
      <div id={id} className="row-more" hidden={!open}>
        {open && <CallDetails record={record} />}
      </div>
    </li>
  )
}
