// The server's clock. Call ids carry the time at which they are made, and the server takes only those
// of about now: a device whose own clock is wrong goes by what the welcome says.

export type ServerClock = {
  /** Takes note of a frame of the server. */
  hears(frame: string): void
  /** Unix time in milliseconds: the server's, or this device's before it was welcomed. */
  now(): number
}

/** `monotonic` is a clock that nobody sets, `wall` the one of the device. */
export function createServerClock(monotonic: () => number, wall = Date.now): ServerClock {
  let ahead: number | null = null
  return {
    hears(frame) {
      // The server writes the type first; everything else is not worth reading twice.
      if (!frame.startsWith('{"type":"welcome"')) return
      const time = serverTime(frame)
      if (time !== null) ahead = time - monotonic()
    },
    now: () => (ahead === null ? wall() : monotonic() + ahead),
  }
}

function serverTime(frame: string): number | null {
  try {
    const { server_time_ms: time } = JSON.parse(frame) as { server_time_ms?: unknown }
    return typeof time === 'number' && Number.isSafeInteger(time) && time >= 0 ? time : null
  } catch {
    return null // the core will say so
  }
}
