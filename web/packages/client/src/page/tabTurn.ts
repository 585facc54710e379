// Who of several tabs makes a sound: all of them ring, and one is heard. Locks are taken back by the
// browser from a tab that dies, so there is always somebody.

export type Turn = {
  /** Whether this tab goes before one that is at it already. */
  readonly urgent: boolean
  /** It is this tab's turn. */
  readonly begin: () => void
  /** Another tab went first; it does not become this tab's turn again. */
  readonly lose: () => void
}

/** Waits for a turn, which lasts until the returned function is called. */
export type TakeTurn = (turn: Turn) => () => void

const NAME = 'parley.sound'

/** Without locks every tab has its turn at once. */
export function turnsBy(locks: Pick<LockManager, 'request'> | undefined): TakeTurn {
  return ({ urgent, begin, lose }) => {
    let over = false
    let release: () => void = () => {
      over = true
    }
    if (!locks) {
      begin()
      return release
    }
    const held = () =>
      new Promise<void>((resolve) => {
        if (over) return resolve()
        release = () => {
          over = true
          resolve()
        }
        begin()
      })
    locks.request(NAME, { steal: urgent }, held).catch(() => {
      // Stolen, or refused to a page that is about to go.
      if (!over) lose()
      over = true
    })
    return () => release()
  }
}
