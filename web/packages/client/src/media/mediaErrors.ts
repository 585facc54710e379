// Maps a failure to open a device to a code of the error catalogue. In a call the core does this;
// this file does it for devices that are opened outside of a call, by the rules of
// core/media/trouble.cpp.
import type { ErrorCode } from '../generated/errors'
import { eventLimits, type MediaFailed, type Permission, type SourceKind } from '../generated/phone'
import type { Platform } from '../page/platform'
import { clip, describeError } from '../text'

/** What is known about a failed request. */
export type Failure = Pick<MediaFailed, 'name' | 'message' | 'constraint' | 'permission'>

type Trouble =
  | 'denied'
  | 'dismissed'
  | 'blocked'
  | 'system-denied'
  | 'missing'
  | 'busy'
  | 'unsuitable'
  | 'failed'
  | 'insecure'

/**
 * Browsers answer within milliseconds. This limit keeps a hanging browser from delaying the error
 * message; half a second after a permission prompt is not noticed.
 */
const PATIENCE_MS = 500

const worstFirst: readonly Permission[] = ['blocked', 'denied', 'prompt', 'granted']

const byName: Readonly<Record<string, Trouble | ((failure: Failure) => Trouble)>> = {
  NotAllowedError: whoseNo,
  PermissionDeniedError: whoseNo,
  SecurityError: 'blocked',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  OverconstrainedError: unmet,
  ConstraintNotSatisfiedError: unmet,
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  InsecureContextError: 'insecure',
}

export function classify(source: 'microphone' | 'camera', failure: Failure): ErrorCode {
  const row = Object.hasOwn(byName, failure.name) ? byName[failure.name] : undefined
  const trouble = typeof row === 'function' ? row(failure) : (row ?? 'failed')
  return trouble === 'insecure' ? 'device/insecure-page' : `device/${source}-${trouble}`
}

/**
 * Chromium names the cause in the message; other browsers only show it in the state of the
 * permission.
 */
function whoseNo({ message, permission }: Failure): Trouble {
  if (permission === 'blocked') return 'blocked'
  if (/system/i.test(message)) return 'system-denied'
  return permission === 'prompt' || /dismissed/i.test(message) ? 'dismissed' : 'denied'
}

/** A request with a device id fails with a constraint error if the device is missing. */
function unmet({ constraint }: Failure): Trouble {
  return constraint === 'deviceId' || constraint === 'groupId' ? 'missing' : 'unsuitable'
}

/** The error for a page from which the browser hides the function. */
export function unavailable({ isSecure }: Pick<Platform, 'isSecure'>): DOMException {
  const name = isSecure ? 'NotSupportedError' : 'InsecureContextError'
  return new DOMException('The browser offers this page no such device.', name)
}

/** Collects what is known about a failure to open these sources. */
export async function describeFailure(
  platform: Platform,
  sources: readonly SourceKind[],
  thrown: unknown,
): Promise<Failure> {
  const { name, message } = describeError(thrown)
  const { constraint } = Object(thrown) as { constraint?: unknown }
  const permission = await accessTo(platform, sources)
  return {
    // Older browsers throw a TypeError on an insecure page; on a secure page it is a programming
    // error.
    name: name === 'TypeError' && !platform.isSecure ? 'InsecureContextError' : name,
    message,
    ...(typeof constraint === 'string' && constraint !== ''
      ? { constraint: clip(constraint, eventLimits.MediaFailed.constraint) }
      : {}),
    ...(permission ? { permission } : {}),
  }
}

/**
 * The permission for all of these sources: the most restrictive one, if the browser answers in
 * time.
 */
export async function accessTo(
  platform: Pick<Platform, 'queryPermission' | 'setTimer' | 'clearTimer'>,
  sources: readonly SourceKind[],
): Promise<Permission | undefined> {
  let stopWaiting = () => {
    // The promise sets it at once.
  }
  const patience = new Promise<undefined>((resolve) => {
    const timer = platform.setTimer(() => resolve(undefined), PATIENCE_MS)
    stopWaiting = () => platform.clearTimer(timer)
  })
  const answers = Promise.all(sources.map(async (source) => platform.queryPermission(source))).then(
    (told) => worstFirst.find((permission) => told.includes(permission)),
    () => undefined,
  )
  const access = await Promise.race([answers, patience])
  stopWaiting()
  return access
}
