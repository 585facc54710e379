import { useStrings } from '../../strings/StringsContext'
import { clockText, machineText, shortText, spokenText } from '../words/durations'

export type DurationTextProps = {
  readonly milliseconds: number
  /** Shows a running clock; otherwise a duration in words. */
  readonly running?: boolean
}
/** A duration, in milliseconds, as a clock or in words. */

export function DurationText({ milliseconds, running = false }: DurationTextProps) {
  const { call, locale } = useStrings()
  const words = spokenText(milliseconds, call)
  if (running) {
    // Screen readers do not announce a timer by itself; they read it on request.
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
