import { numberText, useStrings, type HistoryFilter } from '@parley/react'
import { useId } from 'react'

import { filters } from './records'

export type HistoryFiltersProps = {
  readonly filter: HistoryFilter
  /** How many of the loaded calls were missed. */
  readonly missed: number
  readonly onFilter: (filter: HistoryFilter) => void
}

/** The filter of the history. */
export function HistoryFilters({ filter, missed, onFilter }: HistoryFiltersProps) {
  const { app, locale } = useStrings()
  const id = useId()
  return (
    <fieldset className="segments history-filters">
      <legend className="parley-unseen">{app.historyFilter}</legend>
      <div className="segments-row">
        {filters.map((one) => (
          <label key={one} className="segment">
            <input type="radio" name={id} checked={filter === one} onChange={() => onFilter(one)} />
            <span>
              <span>{app.historyFilters[one]}</span>
              {one === 'missed' && missed > 0 && (
                <>
                  <b className="count" aria-hidden="true">
                    {numberText(missed, locale)}
                  </b>
                  <span className="parley-unseen">{`: ${app.missedCalls(missed)}`}</span>
                </>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
