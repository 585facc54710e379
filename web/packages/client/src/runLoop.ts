// The contract of every shell: feed one event, carry out all its effects in order, arm one timer, and
// only then feed the next. Events that come up meanwhile wait their turn.
import type { Core, CoreAnswer } from './core'
import type { PhoneEffect, PhoneEvent, PhoneOutput } from './generated/phone'
import type { Platform, TimerId } from './page/platform'

/** setTimeout takes no more; a deadline beyond it is armed again on the way. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export type RunLoopListener = {
  perform(effect: PhoneEffect): void
  /** An event is done: its effects are carried out and the timer is armed. */
  finished(output: PhoneOutput): void
  /** The core did not understand the event; nothing has changed. */
  refused(event: PhoneEvent, code: string): void
  /** The core is broken for good and is not asked again. */
  trapped(thrown: unknown): void
}

export type RunLoop = {
  feed(event: PhoneEvent): void
  /** Feeds one last event, ahead of those that wait, also from within an effect; then stops. */
  finish(event: PhoneEvent): void
  stop(): void
  /** Timers that are armed: one or none. */
  timers(): number
}

export function createRunLoop(core: Core, platform: Platform, listener: RunLoopListener): RunLoop {
  const queue: PhoneEvent[] = []
  let running = false
  let stopped = false
  let timer: TimerId | undefined
  let deadlineMs: number | undefined

  // Asked by a call, because it changes behind the back of control flow analysis.
  const isStopped = () => stopped

  const disarm = () => {
    if (timer !== undefined) platform.clearTimer(timer)
    timer = undefined
    deadlineMs = undefined
  }

  const arm = (nextMs: number | undefined) => {
    if (nextMs === deadlineMs && (timer !== undefined || nextMs === undefined)) return
    disarm()
    if (nextMs === undefined) return
    deadlineMs = nextMs
    const delay = Math.min(Math.max(0, nextMs - platform.now()), LONGEST_TIMER_MS)
    timer = platform.setTimer(() => {
      timer = undefined
      feed({ type: 'time_reached' })
    }, delay)
  }

  const step = (event: PhoneEvent) => {
    let answer: CoreAnswer
    try {
      answer = core.handle(event, platform.now())
    } catch (thrown) {
      stop()
      listener.trapped(thrown)
      return
    }
    if (answer.ok === false) {
      listener.refused(event, answer.error)
      return
    }
    for (const effect of answer.output.effects) {
      listener.perform(effect)
      // An interface that closes the phone in answer to an effect ends it there and then.
      if (isStopped()) return
    }
    arm(answer.output.deadline_ms)
    listener.finished(answer.output)
  }

  const feed = (event: PhoneEvent) => {
    if (stopped) return
    queue.push(event)
    if (running) return
    running = true
    try {
      for (let next = queue.shift(); next; next = queue.shift()) step(next)
    } finally {
      running = false
    }
  }

  const stop = () => {
    stopped = true
    queue.length = 0
    disarm()
  }

  const finish = (event: PhoneEvent) => {
    queue.length = 0
    if (!stopped) step(event)
    stop()
  }

  return { feed, finish, stop, timers: () => (timer === undefined ? 0 : 1) }
}
