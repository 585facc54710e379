// One browser and one server for a whole file, and new people for every test: starting everything
// for each test would take longer than the calls.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, type TestContext } from 'vitest'
import { launch, Person } from './browser'
import type { HardwareOptions } from './faults'
import { Server } from './server'
import { until } from './until'

/**
 * The message of errors that a test throws on purpose; any other uncaught error of a page fails the
 * test.
 */
export const ON_PURPOSE = 'as the test wants it'

export class Stage {
  browser!: Browser
  server!: Server
  #names = 0
  readonly #errors: string[] = []

  /** Call it at the top of a test file. */
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

  /**
   * A new person, who leaves at the end of the test. `url` is the server, or a proxy; with
   * `hardware`, the test controls the devices.
   */
  async person(
    test: TestContext,
    name: string,
    url = this.server.url,
    hardware?: HardwareOptions,
  ): Promise<Person> {
    this.#names += 1
    const unique = `${name}${String(this.#names).padStart(3, '0')}`
    const person = await Person.arrive(this.browser, url, hardware)
    person.page.on('pageerror', (error) => {
      if (error.message !== ON_PURPOSE) this.#errors.push(`${test.task.name}: ${String(error)}`)
    })
    test.onTestFinished(async () => {
      if (test.task.result?.state === 'fail') await tell(person, this.server)
      await person.leave()
    })
    await person.signUp(unique, unique.toLowerCase())
    return person
  }

  /** Another device of a present person. */
  async device(test: TestContext, owner: Person, hardware?: HardwareOptions): Promise<Person> {
    const device = await Person.arrive(this.browser, owner.url, hardware)
    test.onTestFinished(async () => device.leave())
    await device.signIn(owner.name.toLowerCase())
    return device
  }

  async two(test: TestContext, hardware?: HardwareOptions): Promise<[Person, Person]> {
    const { url } = this.server
    return Promise.all([
      this.person(test, 'Ada', url, hardware),
      this.person(test, 'Bea', url, hardware),
    ])
  }
}

/** Prints details of a person whose test failed. */
export async function tell(person: Person, server: Server): Promise<void> {
  const shown = await person.page
    .evaluate(() => document.body.innerText.replace(/\n+/g, ' | '))
    .catch(() => 'nothing')
  const about = server.log
    .split('\n')
    .filter((line) => line.includes(person.name.toLowerCase()) || line.startsWith('the process'))
    .slice(-20)
  console.log([`---- ${person.name}`, ...person.lines, `shown: ${shown}`, ...about].join('\n'))
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

/**
 * One hangs up; both see the end, both find one call on record, and neither page holds any of it.
 */
export async function hangUp(one: Person, other: Person): Promise<void> {
  await one.press('Hang up')
  await Promise.all([one.isIn('ended'), other.isIn('ended')])
  for (const person of [one, other]) {
    expect(await person.records()).toMatchObject([{ reason: 'completed' }])
    await person.holdsNothing()
  }
}

/** A browser on a busy machine may send nothing for this long. */
const LONGEST_GAP_MS = 3000

/** Checks that packets arrive at all of these people for this long. */
export async function mediaFlows(people: readonly Person[], seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000
  await Promise.all(people.map((person) => packetsArriveUntil(end, person)))
}

async function packetsArriveUntil(end: number, person: Person): Promise<void> {
  let packets = await person.packets()
  let arrived = Date.now()
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const asked = Date.now()
    const now = await person.packets()
    expect(now > packets || asked - arrived < LONGEST_GAP_MS, `${person.name} is sent to`).toBe(
      true,
    )
    if (now > packets) arrived = Date.now()
    packets = now
  }
  // They still arrive at the end.
  await until(
    () => person.packets(),
    (now) => expect(now, `packets that reach ${person.name}`).toBeGreaterThan(packets),
  )
}
