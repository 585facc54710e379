import type { Core, CoreAnswer } from '../core'
import type { PhoneEvent, PhoneOutput } from '../generated/phone'

type Answer = Partial<PhoneOutput> | Error | string

/** A core with scripted answers. Keeps the events; without a script it returns no effects. */
export class FakeCore implements Core {
  readonly seed = 1
  readonly version = 'fake'
  readonly events: PhoneEvent[] = []
  readonly times: number[] = []
  destroyed = false
  /**
   * Answers each event with an output, the code of a refusal, or an error that stands for a trap.
   */
  script: (event: PhoneEvent) => Answer = () => ({})

  handle(event: PhoneEvent, nowMs: number): CoreAnswer {
    this.events.push(event)
    this.times.push(nowMs)
    const answer = this.script(event)
    if (answer instanceof Error) throw answer
    if (typeof answer === 'string') return { ok: false, error: answer }
    return { ok: true, output: { effects: [], ...answer } }
  }

  destroy(): void {
    this.destroyed = true
  }

  types(): string[] {
    return this.events.map(({ type }) => type)
  }

  of<Type extends PhoneEvent['type']>(type: Type): Extract<PhoneEvent, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<PhoneEvent, { type: Type }> => event.type === type,
    )
  }
}
