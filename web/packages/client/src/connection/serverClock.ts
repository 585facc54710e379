// The server's clock. A call id contains the time at which it was made, and the server refuses ids
// far from its own time. A device whose clock is wrong therefore uses the time of the welcome.

export type ServerClock = {
  /** Reads the time from a frame of the server, if the frame is a welcome. */
  hears(frame: string): void
  /** Unix time in milliseconds: the server's, or this device's before the first welcome. */
  now(): number
}

/** `monotonic` never jumps; `wall` is the device's clock, which can be wrong. */
export function createServerClock(monotonic: () => number, wall = Date.now): ServerClock {
  let ahead: number | null = null
  return {
    hears(frame) {
      // The server writes the type first, so other frames need not be parsed.
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
    return null // the core reports the broken frame
  }
}
