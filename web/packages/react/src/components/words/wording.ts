// The words about a call. Pure functions of the view.
import { errors, type CallView, type EndReason } from '@parley/client'

import type { CallStrings, Ending, Strings } from '../../strings/types'

/** The phase of a call in a few words. */
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

/** Which side holds the call. The own hold comes first, because the person can end it. */
function holdText(call: CallView, strings: CallStrings): string | undefined {
  if (call.held) return strings.onHold
  return call.peer_status?.held ? strings.heldByPeer : undefined
}

/** Whether either side holds the call; then neither sends. */
export function isHeld(call: CallView): boolean {
  return isLive(call) && (call.held || call.peer_status?.held === true)
}

/** Whether media flows or flowed a moment ago. */
export function isLive({ phase }: CallView): boolean {
  return phase === 'active' || phase === 'reconnecting'
}

/** Whether a call is on this device, from dialing or answering to its end. */
export function isHere({ phase }: CallView): boolean {
  return phase !== 'incoming' && phase !== 'elsewhere' && phase !== 'ended'
}

/** How a call ended: the words of its failure if it has one, else of its reason. */
export function endingOf(call: CallView, strings: Pick<Strings, 'call' | 'errors'>): Ending {
  const ending = endingWords(call, strings.call)
  if (call.problem === undefined) return ending
  const { sentence, nextStep } = strings.errors[call.problem]
  return { title: ending.title, detail: `${sentence} ${nextStep}` }
}

function endingWords({ reason = 'completed', direction }: CallView, strings: CallStrings): Ending {
  return strings.ended[reason][direction]
}

/** Whether a new call to the same person can succeed now or soon. */
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

/** Endings of an incoming call that the person missed. */
const worthReturning: ReadonlySet<EndReason> = new Set<EndReason>([
  'cancelled',
  'busy',
  'no_answer',
  'unreachable',
  'abandoned',
])

/** Whether the call failed, so that the operator of the server may want to know. */
export function wentWrong({ reason }: CallView): boolean {
  return reason === 'failed' || reason === 'abandoned'
}

/** Whether the person caused the ending or knows it already; such an ending closes by itself. */
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
