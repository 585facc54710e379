// The lines of a server's log. The server sums up what clients can cause at any rate: it writes so
// many lines of a kind in a window of time, and one line with the number of all others.
import type { Server } from './server'

/** The window of server/log/sums.hpp, and of server/http/limits.hpp for floods. */
const WINDOW_MS = 10_000

/** The lines with all of these words. */
export function linesOf(server: Server, ...words: readonly string[]): readonly string[] {
  return server.log.split('\n').filter((line) => words.every((word) => line.includes(word)))
}

/** The events that these lines tell: each line tells one, and the line of a sum tells its number. */
export function eventsIn(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Number(/ more=(\d+)/.exec(line)?.[1] ?? 1), 0)
}

/** Counts the windows that can have begun since: one on a quick machine, more on a busy one. */
export class Windows {
  readonly #since = performance.now()

  get count(): number {
    return 1 + Math.floor((performance.now() - this.#since) / WINDOW_MS)
  }
}
