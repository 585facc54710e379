import type { CallRecord } from '@parley/client'
import { Button, Problem, useStrings, type HistoryFilter } from '@parley/react'
import { useState } from 'react'

import { byDay, dayName } from '../dates'
import { CallRow } from '../history/CallRow'
import { HistoryFilters } from '../history/HistoryFilters'
import { passes } from '../history/records'
import { useHistory } from '../history/useHistory'
import { Empty, Skeleton } from './parts'

/** Past calls, newest first, by day. */
export function HistoryScreen() {
  const { app } = useStrings()
  const [filter, setFilter] = useState<HistoryFilter>('all')
  const { calls, failure, loading, loadingMore, more, retry } = useHistory()
  const error = failure?.error
  const shown = calls?.filter((record) => passes(record, filter))
  const nothing = shown?.length === 0 ? nothingOf(filter, more !== undefined) : undefined
  const words = nothing && nothingWords(nothing)
  return (
    <>
      <p className="parley-unseen" role="status">
        {loading && !calls ? app.loadingHistory : filter !== 'all' && words?.title}
      </p>
      {calls && calls.length > 0 && (
        <HistoryFilters
          filter={filter}
          missed={calls.filter((record) => passes(record, 'missed')).length}
          onFilter={setFilter}
        />
      )}
      {error !== undefined && <Problem error={error} announce="alert" onRetry={retry} />}
      {!calls && error === undefined && <Skeleton rows={6} />}
      {words && <Empty icon="history" {...words} />}
      {shown && <Days calls={shown} />}
      {calls && (calls.length > 0 || more) && (
        <div className="list-end">
          {more === undefined ? (
            !words && <p>{app.historyEnd}</p>
          ) : (
            <Button busy={loadingMore} onPress={more}>
              {loadingMore ? app.loadingEarlierCalls : app.earlierCalls}
            </Button>
          )}
        </div>
      )}
    </>
  )

  function nothingWords(what: Nothing) {
    if (what === 'yet') return { title: app.noCalls, detail: app.noCallsDetail }
    if (what === 'so-far') return { title: app.noneSoFar, detail: app.noneSoFarDetail }
    return { detail: '', ...app.noneOf[what] }
  }
}

type Nothing = 'yet' | 'so-far' | Exclude<HistoryFilter, 'all'>

/** Why the list is empty. Pages that are not loaded yet may contain such calls. */
function nothingOf(filter: HistoryFilter, more: boolean): Nothing {
  if (more) return 'so-far'
  return filter === 'all' ? 'yet' : filter
}

function Days({ calls }: { readonly calls: readonly CallRecord[] }) {
  const { app, locale } = useStrings()
  return byDay(calls).map(({ day, items }) => (
    <section key={day} className="day" aria-label={dayName(day, app, locale)}>
      <h2 className="day-name">{dayName(day, app, locale)}</h2>
      <ul className="list">
        {items.map((record) => (
          <CallRow key={record.call} record={record} />
        ))}
      </ul>
    </section>
  ))
}
