// UUIDs (RFC 9562) from random bytes. crypto.randomUUID is missing on insecure pages, and the
// client must still show there why calls can't work.

/** Returns a version 7 UUID, which sorts by `unixMs`. */
export function uuidV7(unixMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  // JavaScript shifts work on 32 bits; the time has 48.
  new DataView(bytes.buffer).setUint16(0, Math.floor(unixMs / 2 ** 32))
  new DataView(bytes.buffer).setUint32(2, unixMs % 2 ** 32)
  return format(bytes, 7)
}

/** Returns a version 4 UUID: random bits only. */
export function uuidV4(): string {
  return format(crypto.getRandomValues(new Uint8Array(16)), 4)
}

/** Whether a text is a UUID in the form of the protocol. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

function format(bytes: Uint8Array, version: number): string {
  const digits = Array.from(bytes, (byte, index) => {
    if (index === 6) return (byte & 0x0f) | (version << 4)
    if (index === 8) return (byte & 0x3f) | 0x80
    return byte
  })
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ].join('-')
}
