// A hidden tab: without frames, and with timers that fire in rare rounds, as browsers do after some
// minutes in the background.

/** Runs in the page before the app. */
export function installTab(): void {
  type Run = () => void
  // The types of Node.js are visible here too, and its timers differ.
  type Start = (run: Run, ms?: number) => number
  const later = window.setTimeout.bind(window) as unknown as Start
  const every = window.setInterval.bind(window) as unknown as Start
  const forget = window.clearTimeout.bind(window)
  const onFrame = window.requestAnimationFrame.bind(window)
  const dropFrame = window.cancelAnimationFrame.bind(window)
  /** Callbacks that are due and wait for the next round. */
  const late = new Map<number, Run>()
  const frames = new Map<number, FrameRequestCallback>()
  let hidden = false
  let rounds = 0
  let timer: number | undefined
  let nextFrame = -1

  const callable = (handler: TimerHandler, rest: unknown[]): Run => {
    if (typeof handler !== 'function') throw new Error('no code in strings here')
    return () => handler(...rest) as void
  }
  const orLate = (id: () => number, run: Run) => () => {
    if (hidden) late.set(id(), run)
    else run()
  }
  const clear = (id: number | undefined) => {
    if (id !== undefined) late.delete(id)
    forget(id)
  }
  Object.assign(window, {
    setTimeout(handler: TimerHandler, ms?: number, ...rest: unknown[]): number {
      const id: number = later.call(
        window,
        orLate(() => id, callable(handler, rest)),
        ms,
      )
      return id
    },
    setInterval(handler: TimerHandler, ms?: number, ...rest: unknown[]): number {
      const id: number = every.call(
        window,
        orLate(() => id, callable(handler, rest)),
        ms,
      )
      return id
    },
    clearTimeout: clear,
    clearInterval: clear,
    requestAnimationFrame(draw: FrameRequestCallback): number {
      if (!hidden) return onFrame(draw)
      frames.set(nextFrame, draw)
      return nextFrame--
    },
    cancelAnimationFrame(id: number): void {
      frames.delete(id)
      dropFrame(id)
    },
  })

  const round = () => {
    rounds += 1
    const due = [...late.values()]
    late.clear()
    for (const run of due) run()
  }

  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => (hidden ? 'hidden' : 'visible'),
  })
  const tell = () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))

  window.parleyKit.tab = {
    hide(granularityMs) {
      hidden = true
      timer = every(round, granularityMs)
      tell()
    },
    show() {
      hidden = false
      clearInterval(timer)
      round()
      const drawn = [...frames.values()]
      frames.clear()
      for (const draw of drawn) onFrame(draw)
      tell()
    },
    rounds: () => rounds,
  }
}
