import type { CallView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { Spinner } from './Button'
import { spokenText } from '../words/durations'
import { endingOf, isHeld, statusText } from '../words/wording'

/**
 * Shows the phase of a call, and its end. Screen readers announce each change once; the running
 * clock is not announced.
 */
export function StatusLine({ call }: { readonly call: CallView }) {
  const strings = useStrings()
  return (
    <div
      className="parley-status"
      role="status"
      data-phase={call.phase}
      data-held={isHeld(call) || undefined}
    >
      <p className="parley-status-words">
        {works(call) && <Spinner />}
        <span>{statusText(call, strings.call)}</span>
      </p>
      {call.phase === 'ended' && <EndingDetails call={call} />}
    </div>
  )
}

function EndingDetails({ call }: { readonly call: CallView }) {
  const all = useStrings()
  const { call: strings } = all
  const { detail } = endingOf(call, all)
  const lasted = call.lasted_ms
  return (
    <>
      {lasted !== undefined && (
        <p className="parley-status-detail">{strings.talkedFor(spokenText(lasted, strings))}</p>
      )}
      {detail !== undefined && <p className="parley-status-detail">{detail}</p>}
    </>
  )
}

function works(call: CallView): boolean {
  const { phase } = call
  const waits = phase === 'answering' || phase === 'connecting' || phase === 'reconnecting'
  return waits && !isHeld(call)
}
