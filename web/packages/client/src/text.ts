// The core limits every text and refuses an event with a longer one.
import { eventLimits } from './generated/phone'

/** Cuts `text` to at most `bytes` of UTF-8, never inside a character; replaces lone surrogates. */
export function clip(text: string, bytes: number): string {
  const room = new Uint8Array(bytes)
  const { written } = new TextEncoder().encodeInto(text, room)
  return new TextDecoder().decode(room.subarray(0, written))
}

/** The name and the message of a thrown value, cut to the limits of events. */
export function describeError(thrown: unknown): {
  readonly name: string
  readonly message: string
} {
  // A DOMException is not an Error in every realm, so only its members are read.
  const error = thrown as { name?: unknown; message?: unknown } | null | undefined
  const name = typeof error?.name === 'string' ? error.name : 'UnknownError'
  const message = typeof error?.message === 'string' ? error.message : String(thrown)
  const limits = eventLimits.MediaFailed
  return { name: clip(name, limits.name), message: clip(message, limits.message) }
}

/** The id of a device or of its hardware, cut to the limit of events. */
export function hardwareId(id: string): string {
  return clip(id, eventLimits.ListedDevice.id)
}
