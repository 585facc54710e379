// What is said about a call. Pure: a view in, words out.
import { errors, type CallView, type EndReason } from '@parley/client'

import type { CallStrings, Ending, Strings } from '../../strings/types'

/** Where a call stands, in a few words. */
export function statusText(call: CallView, strings: CallStrings): string {
  switch (call.phase) {
    case 'calling':
      return strings.calling
    case 'ringing':
      if (call.quiet) return strings.quiet
      if (call.waiting) return strings.waiting
      return call.devices_ringing > 1 ? strings.ringingOn(call.devices_ringing) : strings.ringing
    case 'incoming':
      return strings.incoming[call.kind]
    case 'answering':
    case 'connecting':
      return strings.connecting
    case 'active':
      return holdText(call, strings) ?? strings.connected
    case 'reconnecting':
      return holdText(call, strings) ?? strings.reconnecting
    case 'elsewhere':
      return strings.elsewhere
    case 'ended':
      return endingWords(call, strings).title
  }
}

/** Whose hold keeps the two apart; one's own comes first, as one can do something about it. */
function holdText(call: CallView, strings: CallStrings): string | undefined {
  if (call.held) return strings.onHold
  return call.peer_status?.held ? strings.heldByPeer : undefined
}

/** Whether either side holds the call: nothing is sent, and nothing is missing. */
export function isHeld(call: CallView): boolean {
  return isLive(call) && (call.held || call.peer_status?.held === true)
}

/** Media flows, or did a moment ago. */
export function isLive({ phase }: CallView): boolean {
  return phase === 'active' || phase === 'reconnecting'
}

/** Whether a call takes place on this device, from dialing or answering to its end. */
export function isHere({ phase }: CallView): boolean {
  return phase !== 'incoming' && phase !== 'elsewhere' && phase !== 'ended'
}

/** How a call ended: the words of its failure where there is one, else those of its reason. */
export function endingOf(call: CallView, strings: Pick<Strings, 'call' | 'errors'>): Ending {
  const ending = endingWords(call, strings.call)
  if (call.problem === undefined) return ending
  const { sentence, nextStep } = strings.errors[call.problem]
  return { title: ending.title, detail: `${sentence} ${nextStep}` }
}

function endingWords({ reason = 'completed', direction }: CallView, strings: CallStrings): Ending {
  return strings.ended[reason][direction]
}

/** Whether the same call can succeed now or soon, so that a button for it is no mockery. */
export function worthCallingAgain(call: CallView): boolean {
  if (call.problem !== undefined && errors[call.problem].retry !== 'never') return true
  const reason = call.reason ?? 'completed'
  return call.direction === 'outgoing' ? worthRepeating.has(reason) : worthReturning.has(reason)
}

const worthRepeating: ReadonlySet<EndReason> = new Set<EndReason>([
  'busy',
  'no_answer',
  'unreachable',
  'abandoned',
])

/** A call that came in and was missed. */
const worthReturning: ReadonlySet<EndReason> = new Set<EndReason>([
  'cancelled',
  'busy',
  'no_answer',
  'unreachable',
  'abandoned',
])

/** Whether something broke, so that whoever runs the server may want to hear of it. */
export function wentWrong({ reason }: CallView): boolean {
  return reason === 'failed' || reason === 'abandoned'
}

/** Whether the person did it, or knows already: such an ending need not be waved away. */
export function needsNoReading({ reason, direction, problem }: CallView): boolean {
  if (problem !== undefined) return false
  switch (reason ?? 'completed') {
    case 'completed':
    case 'answered_elsewhere':
    case 'declined_elsewhere':
      return true
    case 'cancelled':
      return direction === 'outgoing'
    case 'declined':
      return direction === 'incoming'
    case 'busy':
    case 'no_answer':
    case 'unreachable':
    case 'failed':
    case 'abandoned':
      return false
  }
}
