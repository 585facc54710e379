import type { CallView } from '@parley/client'
import { useEffect, useEffectEvent } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { Button } from '../elements/Button'
import { CallRating, useRating, type Rating } from './CallRating'
import { SaveTraceButton } from './SaveTraceButton'
import { needsNoReading, wentWrong, worthCallingAgain } from '../words/wording'

/** Time to see that a call is over, and how long it took. */
const CLOSES_AFTER_MS = 5000
/** Time to say how it was, besides. */
const RATING_TAKES_MS = 5000

export type EndedActionsProps = {
  readonly call: CallView
  /** Takes what the person thinks of the call; without it nobody is asked. */
  readonly onRate?: ((rating: Rating) => void) | undefined
  readonly onClose: () => void
  readonly onCallAgain: () => void
}

/** Closes an ended call, by itself when there is nothing to read, and offers another try. */
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
    // From the start again with each answer: it may be changed.
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

/** There was something to hear, and it is over: not only here. */
function canBeRated({ lasted_ms: lasted, reason }: CallView): boolean {
  return lasted !== undefined && reason !== 'answered_elsewhere'
}
