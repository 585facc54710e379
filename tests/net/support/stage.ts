// One internet, one server and two browsers for a whole file; new people for every test.
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, type TestContext } from 'vitest'
import { launch, Person } from '../../e2e/support/browser'
import { Server } from '../../e2e/support/server'
import { tell } from '../../e2e/support/stage'
import { until } from '../../e2e/support/until'
import { enter, type Family } from './commands'
import { Internet, type Side } from './internet'

const RELAY_PORT = 3478

export class Stage {
  net!: Internet
  server!: Server
  readonly #family: Family
  readonly #mobile: boolean
  readonly #browsers = new Map<Side, Browser>()
  #options: Readonly<Record<'relay', string> & Record<string, string>> = { relay: 'embedded' }
  #names = 0

  private constructor(family: Family, mobile: boolean) {
    this.#family = family
    this.#mobile = mobile
  }

  /** Call it at the top of a test file. `mobile` gives b a second network. */
  static open({
    family = 'ipv4',
    mobile = false,
  }: { family?: Family; mobile?: boolean } = {}): Stage {
    const stage = new Stage(family, mobile)
    beforeAll(() => stage.#set())
    afterAll(() => stage.#strike())
    beforeEach(() => stage.net.reset())
    return stage
  }

  browser(side: Side): Browser {
    const browser = this.#browsers.get(side)
    if (!browser) throw new Error(`there is no browser at ${side}`)
    return browser
  }

  /** A new person at each side, who leave at the end of the test. */
  async two(test: TestContext): Promise<[Person, Person]> {
    return Promise.all([this.#person(test, 'a', 'Ada'), this.#person(test, 'b', 'Bea')])
  }

  /** Starts the server again, with more options, on the same data; call it before people come. */
  async serveWith(options: Readonly<Record<string, string>>): Promise<void> {
    await this.server.kill('SIGTERM')
    this.server.log = ''
    const all = { ...this.#options, ...options }
    await this.server.run(all)
    if (all.relay === 'embedded') await this.relayWorks()
  }
  /** Starts the server again after it was killed. */
  async serveAgain(): Promise<void> {
    await this.server.run(this.#options)
  }

  async relayWorks(): Promise<void> {
    await until(
      () => Promise.resolve(this.server.log),
      (log) => expect(log).toContain('the relay works'),
    )
  }

  /** Kills the relay, as a crash does. The server starts it again. */
  async killRelay(): Promise<void> {
    const relays = await relaysUnder(this.server.data)
    expect(relays).toHaveLength(1)
    for (const pid of relays) process.kill(pid, 'SIGKILL')
  }

  async #set(): Promise<void> {
    this.net = await Internet.make({ family: this.#family, mobile: this.#mobile })
    const host = this.net.inUrl(this.net.server)
    this.#options = {
      relay: 'embedded',
      'relay-address': this.net.server,
      'relay-port': String(RELAY_PORT),
    }
    this.server = await Server.start(this.#options, { host, enter: enter('s') })
    const sides = ['a', 'b'] as const
    await Promise.all(sides.map((side) => this.#launch(side)))
    await this.relayWorks()
  }

  async #launch(side: Side): Promise<void> {
    // Microphones are for pages of https or of the browser's own machine; or of a server named here.
    const secure = `--unsafely-treat-insecure-origin-as-secure=${this.server.url}`
    const browser = await launch([secure], {
      executablePath: join(import.meta.dirname, 'browser-in.sh'),
      env: { ...process.env, PARLEY_NETWORK: side } as Record<string, string>,
    })
    this.#browsers.set(side, browser)
  }

  async #strike(): Promise<void> {
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()))
    await this.server.stop()
    await this.net.remove()
  }

  async #person(test: TestContext, side: Side, name: string): Promise<Person> {
    this.#names += 1
    const unique = `${name}${String(this.#names).padStart(3, '0')}`
    const person = await Person.arrive(this.browser(side), this.server.url)
    test.onTestFinished(async () => {
      if (test.task.result?.state === 'fail') await tell(person, this.server)
      await person.leave()
    })
    await person.signUp(unique, unique.toLowerCase())
    return person
  }
}

/** The processes of the relay of a server with this data folder. */
async function relaysUnder(data: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const where = await readlink(`/proc/${name}/cwd`).catch(() => '')
    if (where === join(data, 'relay')) found.push(Number(name))
  }
  return found
}
