// The core bounds every text it takes; a longer one would cost the whole event.

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
  return { name: clip(name, 64), message: clip(message, 256) }
}

/** Bound of core/shell/capture.hpp; browsers make ids of 64 characters or less. */
const HARDWARE_ID_BYTES = 256

/** The id of a device, or of the hardware it belongs to, as short as events take it. */
export function hardwareId(id: string): string {
  return clip(id, HARDWARE_ID_BYTES)
}
