// Requests for microphones, cameras and screens: the result of each, and a record of all.
import type { Behaviour, HardwareState, Kit, Request } from './types'

/** Runs in the page before the app. */
export function installRequests(key: string, initial: HardwareState['behaviours']): void {
  type Kept = { -readonly [field in keyof Request]: Request[field] }
  type Waiting = {
    readonly source: Request['source'] | 'list'
    readonly go: () => void
    readonly fail: (error: Error) => void
  }
  const sleep = window.setTimeout.bind(window)
  const all: Kept[] = []
  const waiting = new Set<Waiting>()
  const behaviours = new Map<string, Behaviour>(
    JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? Object.entries(initial),
  )
  const set = (target: string, behaviour: Behaviour | undefined) => {
    if (behaviour) behaviours.set(target, behaviour)
    else behaviours.delete(target)
    sessionStorage.setItem(key, JSON.stringify([...behaviours]))
  }

  /** The messages of Chromium. */
  const messages: Readonly<Record<string, string>> = {
    NotAllowedError: 'Permission denied',
    NotFoundError: 'Requested device not found',
    NotReadableError: 'Could not start video source',
    AbortError: 'Starting videoinput failed',
    OverconstrainedError: '',
  }
  const fault = (name: string, message = messages[name] ?? 'as the test wants it', what = '') => {
    if (name === 'OverconstrainedError') return new OverconstrainedError(what, message)
    return name === 'TypeError' ? new TypeError(message) : new DOMException(message, name)
  }

  /** The first of these targets with a behaviour; a used-up behaviour is removed. */
  const take = (targets: readonly string[]) => {
    const target = targets.find((name) => behaviours.has(name))
    const behaviour = target === undefined ? undefined : behaviours.get(target)
    if (target !== undefined && behaviour?.does === 'fails' && behaviour.times !== undefined) {
      const times = behaviour.times - 1
      set(target, times > 0 ? { ...behaviour, times } : undefined)
    }
    return behaviour
  }

  const perform = async (behaviour: Behaviour) => {
    const { afterMs = 0 } = behaviour as { afterMs?: number }
    if (afterMs > 0) await new Promise((resolve) => sleep(resolve, afterMs))
    if (behaviour.does !== 'fails') return
    throw fault(behaviour.name, behaviour.message, behaviour.constraint)
  }

  const answered = (source: Waiting['source']) =>
    new Promise<void>((resolve, reject) => {
      waiting.add({ source, go: resolve, fail: reject })
    })

  const behave: Kit['requests']['behave'] = async (source, targets, prompts) => {
    const doing = targets.flatMap((names) => take(names) ?? [])
    const waits = prompts || doing.some(({ does }) => does === 'waits')
    await Promise.all([...doing.map(perform), waits && answered(source)])
  }

  window.parleyKit.requests = {
    set,
    fault,
    behave,
    all: () => all,
    async run(request, targets, check, open) {
      const kept: Kept = { ...request, at: performance.now() }
      all.push(kept)
      const settle = (outcome: string) => {
        kept.outcome = outcome
        kept.settledAt = performance.now()
      }
      try {
        // A request without a matching device fails before the prompt.
        const prompts = check()
        await behave(request.source, targets, prompts)
        const stream = await open()
        settle('granted')
        return stream
      } catch (thrown) {
        settle((thrown as Error).name)
        throw thrown
      }
    },
    settle(source, error, message) {
      const settled = [...waiting].filter((one) => one.source === source)
      for (const one of settled) {
        waiting.delete(one)
        if (error === undefined) one.go()
        else one.fail(fault(error, message))
      }
      return settled.length
    },
  }
}
