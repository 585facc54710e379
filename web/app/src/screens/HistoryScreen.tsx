import type { CallHistory, CallRecord, ErrorCode } from '@parley/client'
import {
  Avatar,
  Button,
  CallButton,
  DurationText,
  Icon,
  PersonName,
  Problem,
  useStrings,
  useWebRTC,
  type IconName,
} from '@parley/react'
import { useCallback, useEffect, useState } from 'react'

import { isExpired, useAccount } from '../account'
import { byDay, clockTime, dayName } from '../dates'
import { failedAgain, useAutoRetry, type Failure } from '../useAutoRetry'
import { Empty, Skeleton } from './parts'

/** The calls of the past, newest first, by day. */
export function HistoryScreen() {
  const { app, locale } = useStrings()
  const { calls, failure, loading, loadingMore, more, retry } = useHistory()
  const error = failure?.error
  return (
    <>
      <p className="parley-unseen" role="status">
        {loading && !calls && app.loadingHistory}
      </p>
      {error !== undefined && <Problem error={error} announce="alert" onRetry={retry} />}
      {!calls && error === undefined && <Skeleton rows={6} />}
      {calls?.length === 0 && (
        <Empty icon="history" title={app.noCalls} detail={app.noCallsDetail} />
      )}
      {calls &&
        byDay(calls).map(({ day, items }) => (
          <section key={day} className="day" aria-label={dayName(day, app, locale)}>
            <h2 className="day-name">{dayName(day, app, locale)}</h2>
            <ul className="list">
              {items.map((record) => (
                <CallRow key={record.call} record={record} />
              ))}
            </ul>
          </section>
        ))}
      {calls && calls.length > 0 && (
        <div className="list-end">
          {more === undefined ? (
            <p>{app.historyEnd}</p>
          ) : (
            <Button busy={loadingMore} onPress={more}>
              {loadingMore ? app.loadingEarlierCalls : app.earlierCalls}
            </Button>
          )}
        </div>
      )}
    </>
  )
}

function CallRow({ record }: { readonly record: CallRecord }) {
  const { app, call: strings, locale } = useStrings()
  const { peer, kind, invited_at_ms, lasted_ms } = record
  const tone = toneOf(record)
  return (
    <li className="row">
      <Avatar party={peer} />
      <div className="row-words">
        <h3 className="row-title">
          <PersonName party={peer} />
        </h3>
        <p className="row-detail">
          <span className={`outcome outcome-${tone}`}>
            <Icon name={iconOf(record)} />
            {app.outcome[record.reason][record.direction]}
          </span>
        </p>
      </div>
      <p className="row-when">
        <time dateTime={new Date(invited_at_ms).toISOString()}>
          {clockTime(invited_at_ms, locale)}
        </time>
        <span className="row-kind">
          <Icon name={kind === 'video' ? 'video' : 'phone'} />
          <span className="parley-unseen">{strings.kind[kind]} </span>
          {lasted_ms !== undefined && <DurationText milliseconds={lasted_ms} />}
        </span>
      </p>
      <div className="row-actions">
        <CallButton party={peer} kind={kind} />
      </div>
    </li>
  )
}

/** Whether it went well, was missed, or went wrong; the words say the same. */
function toneOf({ reason, direction }: CallRecord): 'plain' | 'missed' | 'broken' {
  switch (reason) {
    case 'completed':
    case 'answered_elsewhere':
    case 'declined_elsewhere':
    case 'declined':
      return 'plain'
    case 'cancelled':
    case 'no_answer':
    case 'busy':
    case 'unreachable':
      return direction === 'incoming' ? 'missed' : 'plain'
    case 'failed':
    case 'abandoned':
      return 'broken'
  }
}

function iconOf(record: CallRecord): IconName {
  const tone = toneOf(record)
  if (tone === 'missed') return 'arrowMissed'
  if (tone === 'broken') return 'alert'
  if (record.reason === 'declined') return 'close'
  return record.direction === 'outgoing' ? 'arrowOut' : 'arrowIn'
}

type Loaded = {
  readonly calls: readonly CallRecord[] | undefined
  readonly next: string | undefined
  readonly failure: Failure | undefined
}

const nothing: Loaded = { calls: undefined, next: undefined, failure: undefined }

/** The history, page by page; its top is asked for again whenever a call has ended. */
function useHistory() {
  const { accounts, token, expire } = useAccount()
  const { calls: live } = useWebRTC()
  const [loaded, setLoaded] = useState(nothing)
  const [attempt, setAttempt] = useState(0)
  const [answered, setAnswered] = useState<string>()
  const [loadingMore, setLoadingMore] = useState(false)
  const lastEnded = live.findLast(({ phase }) => phase === 'ended')?.call
  const wanted = `${attempt} ${lastEnded ?? ''}`

  const fail = useCallback(
    (error: ErrorCode) => {
      if (isExpired(error)) expire()
      else setLoaded((last) => ({ ...last, failure: failedAgain(last.failure, error) }))
    },
    [expire],
  )

  useEffect(() => {
    let current = true
    void accounts.calls(token).then((answer) => {
      if (!current) return
      setAnswered(wanted)
      if (answer.ok) setLoaded((last) => withTop(last, answer.value))
      else fail(answer.error)
    })
    return () => {
      current = false
    }
  }, [accounts, token, fail, wanted])

  const more = async (before: string) => {
    setLoadingMore(true)
    const answer = await accounts.calls(token, { before })
    setLoadingMore(false)
    if (answer.ok) setLoaded((last) => withBottom(last, answer.value))
    else fail(answer.error)
  }
  const ask = () => setAttempt((last) => last + 1)
  useAutoRetry(loaded.failure, ask)
  const { next } = loaded
  return {
    ...loaded,
    loading: answered !== wanted,
    loadingMore,
    more: next === undefined ? undefined : () => void more(next),
    retry: () => {
      setLoaded((last) => ({ ...last, failure: undefined }))
      ask()
    },
  }
}

/** A newer first page over what is shown; a page that has nothing in common with it replaces it. */
function withTop(last: Loaded, page: CallHistory): Loaded {
  const known = new Set(page.calls.map(({ call }) => call))
  const older = last.calls?.filter(({ call }) => !known.has(call)) ?? []
  const overlaps = older.length < (last.calls?.length ?? 0)
  return {
    calls: overlaps ? [...page.calls, ...older] : page.calls,
    next: overlaps ? last.next : page.next,
    failure: undefined,
  }
}

function withBottom(last: Loaded, page: CallHistory): Loaded {
  const shown = last.calls ?? []
  const known = new Set(shown.map(({ call }) => call))
  return {
    calls: [...shown, ...page.calls.filter(({ call }) => !known.has(call))],
    next: page.next,
    failure: undefined,
  }
}
