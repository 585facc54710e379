// Decides which tab plays a tone: all tabs ring but only one is heard. The browser takes the lock
// back from a dead tab, so another tab gets the turn.

export type Turn = {
  /** Whether this tab takes the turn from the tab that has it. */
  readonly urgent: boolean
  /** This tab has the turn now. */
  readonly begin: () => void
  /** Another tab took the turn; this tab does not get it back. */
  readonly lose: () => void
}

/** Waits for a turn. The turn lasts until the returned function is called. */
export type TakeTurn = (turn: Turn) => () => void

const NAME = 'parley.sound'

/** Without locks every tab gets its turn at once. */
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
      // Another tab stole the lock, or the browser refused it because the page is closing.
      if (!over) lose()
      over = true
    })
    return () => release()
  }
}
