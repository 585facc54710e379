import type { CallView } from '@parley/client'
import { useEffect, useEffectEvent } from 'react'

import { useStrings } from '../strings/StringsContext'
import { Button } from './Button'
import { SaveTraceButton } from './SaveTraceButton'
import { needsNoReading, wentWrong, worthCallingAgain } from './wording'

/** Time to see that a call is over, and how long it took. */
const CLOSES_AFTER_MS = 5000

export type EndedActionsProps = {
  readonly call: CallView
  readonly onClose: () => void
  readonly onCallAgain: () => void
}

/** Closes an ended call, by itself when there is nothing to read, and offers another try. */
export function EndedActions({ call, onClose, onCallAgain }: EndedActionsProps) {
  const { call: strings } = useStrings()
  const close = useEffectEvent(onClose)
  const closesItself = needsNoReading(call)

  useEffect(() => {
    if (!closesItself) return
    const timer = setTimeout(() => close(), CLOSES_AFTER_MS)
    return () => clearTimeout(timer)
  }, [closesItself])

  return (
    <div className="parley-ended-actions">
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
