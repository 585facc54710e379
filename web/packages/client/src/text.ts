// The core bounds every text it takes; a longer one would cost the whole event.
import { eventLimits } from './generated/phone'

/** Cuts `text` to at most `bytes` of UTF-8, never inside a character; half characters are replaced. */
export function clip(text: string, bytes: number): string {
  const room = new Uint8Array(bytes)
  const { written } = new TextEncoder().encodeInto(text, room)
  return new TextDecoder().decode(room.subarray(0, written))
}

/** The name and the text of whatever was thrown, as short as events take them. */
export function describeError(thrown: unknown): {
  readonly name: string
  readonly message: string
} {
  // A DOMException need not be an Error in every realm, so only its members are looked at.
  const error = thrown as { name?: unknown; message?: unknown } | null | undefined
  const name = typeof error?.name === 'string' ? error.name : 'UnknownError'
  const message = typeof error?.message === 'string' ? error.message : String(thrown)
  const limits = eventLimits.MediaFailed
  return { name: clip(name, limits.name), message: clip(message, limits.message) }
}

/** The id of a device, or of the hardware it belongs to, as short as events take it. */
export function hardwareId(id: string): string {
  return clip(id, eventLimits.ListedDevice.id)
}
