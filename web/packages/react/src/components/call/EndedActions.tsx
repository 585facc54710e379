import type { CallView } from '@parley/client'
import { useEffect, useEffectEvent } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { Button } from '../elements/Button'
import { CallRating, useRating, type Rating } from './CallRating'
import { SaveTraceButton } from './SaveTraceButton'
import { needsNoReading, wentWrong, worthCallingAgain } from '../words/wording'

/** How long an ended call stays, to show its end and its duration. */
const CLOSES_AFTER_MS = 5000
/** Additional time for a rating. */
const RATING_TAKES_MS = 5000

export type EndedActionsProps = {
  readonly call: CallView
  /** Called with the person's rating. Without it the person is not asked. */
  readonly onRate?: ((rating: Rating) => void) | undefined
  readonly onClose: () => void
  readonly onCallAgain: () => void
}

/**
 * The buttons of an ended call: close, call again, rate. It closes by itself if there is nothing to
 * read.
 */
export function EndedActions({ call, onRate, onClose, onCallAgain }: EndedActionsProps) {
  const { call: strings } = useStrings()
  const { rating, rate } = useRating(onRate)
  const close = useEffectEvent(onClose)
  const closesItself = needsNoReading(call)
  const asks = onRate !== undefined && canBeRated(call)
  const asksStill = asks && rating === undefined

  useEffect(() => {
    if (!closesItself) return
    const timer = setTimeout(() => close(), CLOSES_AFTER_MS + (asksStill ? RATING_TAKES_MS : 0))
    return () => clearTimeout(timer)
    // The time starts again with each rating, because it can be changed.
  }, [closesItself, asksStill, rating])

  return (
    <div className="parley-ended-actions">
      {asks && <CallRating rating={rating} onRate={rate} />}
      {worthCallingAgain(call) && (
        <Button
          look="primary"
          icon={call.kind === 'video' ? 'video' : 'phone'}
          onPress={onCallAgain}
        >
          {call.direction === 'outgoing' ? strings.callAgain : strings.callBack}
        </Button>
      )}
      <Button onPress={onClose}>{strings.close}</Button>
      {wentWrong(call) && <SaveTraceButton />}
    </div>
  )
}

/** A call can be rated if media flowed and the call has ended on all devices. */
function canBeRated({ lasted_ms: lasted, reason }: CallView): boolean {
  return lasted !== undefined && reason !== 'answered_elsewhere'
}
