// Properties of past calls, and filters.
import type { CallRecord } from '@parley/client'
import type { HistoryFilter, IconName } from '@parley/react'

export const filters = ['all', 'missed', 'outgoing', 'incoming'] as const

export function passes(record: CallRecord, filter: HistoryFilter): boolean {
  if (filter === 'all') return true
  return filter === 'missed' ? toneOf(record) === 'missed' : record.direction === filter
}

/** Whether a call succeeded, was missed, or failed; its words say the same. */
export function toneOf({ reason, direction }: CallRecord): 'plain' | 'missed' | 'broken' {
  switch (reason) {
    case 'completed':
    case 'answered_elsewhere':
    case 'declined_elsewhere':
    case 'declined':
      return 'plain'
    case 'cancelled':
    case 'no_answer':
    case 'busy':
    case 'unreachable':
      return direction === 'incoming' ? 'missed' : 'plain'
    case 'failed':
    case 'abandoned':
      return 'broken'
  }
}

export function iconOf(record: CallRecord): IconName {
  const tone = toneOf(record)
  if (tone === 'missed') return 'arrowMissed'
  if (tone === 'broken') return 'alert'
  if (record.reason === 'declined') return 'close'
  return record.direction === 'outgoing' ? 'arrowOut' : 'arrowIn'
}
