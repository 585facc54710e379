// The contract of every shell: pass one event to the core, carry out all its effects in order, arm
// one timer, then take the next event. Events that arrive meanwhile wait.
import type { Core, CoreAnswer } from './core'
import type { PhoneEffect, PhoneEvent, PhoneOutput } from './generated/phone'
import type { Platform, TimerId } from './page/platform'

/** The largest delay of setTimeout. A later deadline is armed again when it fires. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export type RunLoopListener = {
  perform(effect: PhoneEffect): void
  /** An event is done: its effects are carried out and the timer is armed. */
  finished(output: PhoneOutput): void
  /** The core refused the event; its state has not changed. */
  refused(event: PhoneEvent, code: string): void
  /** The core has failed and is not called again. */
  trapped(thrown: unknown): void
}

export type RunLoop = {
  feed(event: PhoneEvent): void
  /** Passes one last event, before all waiting ones and even within an effect, then stops. */
  finish(event: PhoneEvent): void
  stop(): void
  /** The number of armed timers: zero or one. */
  timers(): number
}

export function createRunLoop(core: Core, platform: Platform, listener: RunLoopListener): RunLoop {
  const queue: PhoneEvent[] = []
  let running = false
  let stopped = false
  let timer: TimerId | undefined
  let deadlineMs: number | undefined

  // A function, because control flow analysis does not see that an effect changes the variable.
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
      // An effect may have closed the phone.
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
