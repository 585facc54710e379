// What it means that a device could not be opened, by the name of the browser's exception: the same as
// `classify` of core/media/sources.cpp, for devices that are opened outside of a call.
import type { ErrorCode } from './generated/errors'
import type { MediaKind } from './generated/wire'

type Trouble = 'denied' | 'missing' | 'busy' | 'insecure'

export const troubles: Readonly<Record<string, Trouble>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  InsecureContextError: 'insecure',
  TypeError: 'insecure',
}

export function classify(kind: MediaKind, exceptionName: string): ErrorCode {
  const trouble = Object.hasOwn(troubles, exceptionName) ? troubles[exceptionName] : undefined
  if (trouble === 'insecure') return 'device/insecure-page'
  return `device/${kind === 'audio' ? 'microphone' : 'camera'}-${trouble ?? 'failed'}`
}
