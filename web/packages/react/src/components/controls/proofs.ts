// Words about the proof that a source that is off sends nothing.
import type { Party, SourceView } from '@parley/client'

import type { CallStrings } from '../../strings/types'
import { displayName, isolated } from '../words/names'

/** The length of a name in a short caption. */
const SHORT_NAME = 24

/**
 * Returns undefined while the microphone is on, or is wanted but unavailable: an unavailable one is
 * not muted.
 */
export function microphoneProof(
  { wanted, off_proof: proof }: SourceView,
  peer: Party,
  strings: CallStrings,
): string | undefined {
  if (wanted) return undefined
  if (proof === 'received') return strings.mutedReceived(shortName(peer))
  return proof === 'sent' ? strings.mutedSent : strings.muted
}

/**
 * Returns undefined while the camera is on, and before there is proof: the button shows that it is
 * off.
 */
export function cameraProof(
  { wanted, off_proof: proof }: SourceView,
  peer: Party,
  strings: CallStrings,
): string | undefined {
  if (wanted || proof === 'none') return undefined
  return proof === 'received' ? strings.cameraOffReceived(shortName(peer)) : strings.cameraOffSent
}

function shortName(peer: Party): string {
  return isolated(displayName(peer, SHORT_NAME))
}
