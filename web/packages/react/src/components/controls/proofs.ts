// How far it is known that what is switched off really is not sent.
import type { Party, SourceView } from '@parley/client'

import type { CallStrings } from '../../strings/types'
import { displayName, isolated } from '../words/names'

/** A name in a caption that has little room. */
const SHORT_NAME = 24

/** Nothing while the microphone is on, or is wanted and can't be had: that is not being muted. */
export function microphoneProof(
  { wanted, off_proof: proof }: SourceView,
  peer: Party,
  strings: CallStrings,
): string | undefined {
  if (wanted) return undefined
  if (proof === 'received') return strings.mutedReceived(shortName(peer))
  return proof === 'sent' ? strings.mutedSent : strings.muted
}

/** Nothing while the camera is on, and before anything is proven: the button says that it is off. */
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
