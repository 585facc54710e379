import { useStrings } from '../../strings/StringsContext'
import { clockText, machineText, shortText, spokenText } from '../words/durations'

export type DurationTextProps = {
  readonly milliseconds: number
  /** A clock that runs; words once it has stopped. */
  readonly running?: boolean
}

export function DurationText({ milliseconds, running = false }: DurationTextProps) {
  const { call, locale } = useStrings()
  const words = spokenText(milliseconds, call)
  if (running) {
    // A timer is not announced by itself, only when somebody goes there to read it.
    return (
      <span
        className="parley-duration"
        role="timer"
        translate="no"
        aria-label={`${call.duration}: ${words}`}
      >
        {clockText(milliseconds, locale)}
      </span>
    )
  }
  return (
    <time className="parley-duration" dateTime={machineText(milliseconds)}>
      <span aria-hidden="true">{shortText(milliseconds, call)}</span>
      <span className="parley-unseen">{words}</span>
    </time>
  )
}
