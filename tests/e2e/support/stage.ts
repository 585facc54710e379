// One browser and one server for a whole file, and people who have never been there before for every
// test: starting everything anew each time would take longer than the calls.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, type TestContext } from 'vitest'
import { launch, Person } from './browser'
import { Server } from './server'

export class Stage {
  browser!: Browser
  server!: Server
  #names = 0
  readonly #errors: string[] = []

  /** For the top of a test file. */
  static open(options: Readonly<Record<string, string>> = {}): Stage {
    const stage = new Stage()
    beforeAll(async () => {
      ;[stage.browser, stage.server] = await Promise.all([launch(), Server.start(options)])
    })
    afterAll(async () => {
      await stage.browser.close()
      await stage.server.stop()
      expect(stage.#errors).toEqual([])
    })
    return stage
  }

  /** Somebody new, who leaves with the test. `url` is the server, or a way there. */
  async person(test: TestContext, name: string, url = this.server.url): Promise<Person> {
    this.#names += 1
    const unique = `${name}${String(this.#names).padStart(3, '0')}`
    const person = await Person.arrive(this.browser, url)
    person.page.on('pageerror', (error) => this.#errors.push(`${test.task.name}: ${String(error)}`))
    test.onTestFailed(() => console.log(`---- ${unique}\n${person.lines.join('\n')}`))
    test.onTestFinished(async () => person.leave())
    await person.signUp(unique, unique.toLowerCase())
    return person
  }

  async two(test: TestContext): Promise<[Person, Person]> {
    return Promise.all([this.person(test, 'Ada'), this.person(test, 'Bea')])
  }
}

/** One calls, the other answers, and both hear something. */
export async function talk(
  caller: Person,
  callee: Person,
  kind: 'audio' | 'video' = 'audio',
): Promise<void> {
  await caller.dial(callee.name, kind)
  await callee.isCalled()
  await callee.press(kind === 'audio' ? 'Answer' : 'Answer with video')
  await Promise.all([caller.isIn('active'), callee.isIn('active')])
  await Promise.all([caller.hears(), callee.hears()])
}

/** One hangs up; both see the end, and both find one call on record. */
export async function hangUp(one: Person, other: Person): Promise<void> {
  await one.press('Hang up')
  await Promise.all([one.isIn('ended'), other.isIn('ended')])
  for (const person of [one, other]) {
    expect(await person.records()).toMatchObject([{ reason: 'completed' }])
    expect(await person.held()).toMatchObject({ connections: 0, tracks: 0 })
  }
}

/** Packets arrive at all of these people in every second of this time. */
export async function mediaFlows(people: readonly Person[], seconds: number): Promise<void> {
  let before = await Promise.all(people.map(async (person) => person.packets()))
  for (let second = 1; second <= seconds; ++second) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const now = await Promise.all(people.map(async (person) => person.packets()))
    const silent = people.filter((_, i) => (now[i] ?? 0) <= (before[i] ?? 0))
    expect(
      silent.map(({ name }) => name),
      `in second ${String(second)}`,
    ).toEqual([])
    before = now
  }
}
