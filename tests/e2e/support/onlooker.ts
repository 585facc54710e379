// Observes a page without a user gesture. An evaluation by the test framework counts as a gesture
// of the person and lets the page play sound; an evaluation here does not.
import type { CDPSession } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './browser'
import { until } from './until'

export class Onlooker {
  readonly #person: Person
  readonly #session: CDPSession

  private constructor(person: Person, session: CDPSession) {
    this.#person = person
    this.#session = session
  }

  static async of(person: Person): Promise<Onlooker> {
    return new Onlooker(person, await person.page.context().newCDPSession(person.page))
  }

  /** Reloads the page: it has no gesture then, and the test must use only this class. */
  async reload(): Promise<void> {
    await this.#person.page.reload()
  }

  /** The value of an expression, or of the promise it returns. */
  async tell<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.#session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: false,
    })
    if (exceptionDetails) throw new Error(`${exceptionDetails.text} in ${expression}`)
    return result.value as Value
  }

  /** Waits until an expression is true. */
  async awaits(expression: string): Promise<void> {
    await until(
      () => this.tell<boolean>(`Boolean(${expression})`),
      (is) => expect(is, expression).toBe(true),
      { everyMs: 20 },
    )
  }

  /** Clicks in the middle of an element: a real gesture. */
  async presses(element: string): Promise<void> {
    const { x, y } = await this.tell<{ x: number; y: number }>(
      `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(${element}.getBoundingClientRect())`,
    )
    await this.#person.page.mouse.click(x, y)
  }
}
