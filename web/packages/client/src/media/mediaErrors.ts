// What it means that a device could not be opened. In a call the core says so; for devices that are
// opened outside of one, this says the same: the rules are those of core/media/trouble.cpp.
import type { ErrorCode } from '../generated/errors'
import { eventLimits, type MediaFailed, type Permission, type SourceKind } from '../generated/phone'
import type { Platform } from '../page/platform'
import { clip, describeError } from '../text'

/** What is known about a request that failed. */
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
 * Browsers answer within milliseconds. One that hangs must not keep a person waiting for the words
 * that say what is wrong; half a second is not noticed after a question of the browser.
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

/** Chromium tells in the message, others only by the state of the permission. */
function whoseNo({ message, permission }: Failure): Trouble {
  if (permission === 'blocked') return 'blocked'
  if (/system/i.test(message)) return 'system-denied'
  return permission === 'prompt' || /dismissed/i.test(message) ? 'dismissed' : 'denied'
}

/** A device that was asked for by its id and is not there breaks a constraint, too. */
function unmet({ constraint }: Failure): Trouble {
  return constraint === 'deviceId' || constraint === 'groupId' ? 'missing' : 'unsuitable'
}

/** Stands for what the function throws that the browser keeps from this page. */
export function unavailable({ isSecure }: Pick<Platform, 'isSecure'>): DOMException {
  const name = isSecure ? 'NotSupportedError' : 'InsecureContextError'
  return new DOMException('The browser offers this page no such device.', name)
}

/** Puts together what is known about a failure to open these sources. */
export async function describeFailure(
  platform: Platform,
  sources: readonly SourceKind[],
  thrown: unknown,
): Promise<Failure> {
  const { name, message } = describeError(thrown)
  const { constraint } = Object(thrown) as { constraint?: unknown }
  const permission = await accessTo(platform, sources)
  return {
    // What older browsers say on a page that is not secure; elsewhere it is a mistake of ours.
    name: name === 'TypeError' && !platform.isSecure ? 'InsecureContextError' : name,
    message,
    ...(typeof constraint === 'string' && constraint !== ''
      ? { constraint: clip(constraint, eventLimits.MediaFailed.constraint) }
      : {}),
    ...(permission ? { permission } : {}),
  }
}

/** Access to all of these sources: the worst of them, as far as the browser tells in time. */
export async function accessTo(
  platform: Pick<Platform, 'queryPermission' | 'setTimer' | 'clearTimer'>,
  sources: readonly SourceKind[],
): Promise<Permission | undefined> {
  let stopWaiting = () => {
    // Replaced at once.
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
