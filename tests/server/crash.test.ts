// The server is killed under load, again and again, with calls in every state. The phones are real
// (parley-load); they continue, and report at the end what the server told them.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { get } from './support/accounts'
import { program, Server } from './support/server'

const load = process.env['PARLEY_LOAD_PROGRAM'] ?? join(dirname(program), 'parley-load')
/** How often the server is killed; for a long run: PARLEY_CRASHES=100. */
const crashes = Number(process.env['PARLEY_CRASHES'] ?? 5)
const callsAtOnce = 200

const RING_LIMIT_S = 6
const LOST_LIMIT_S = 15
/** An end that the server has not stored when it is killed is ended a second time. */
const COMMIT_MS = 1_000
/** A busy server is late by this much; a server without a timer would never end the call. */
const LATE_MS = (RING_LIMIT_S * 1_000) / 2

type Told = {
  readonly call: string
  readonly known: boolean
  readonly callers_reason?: string
  readonly callees_reason?: string
}
type Phases = Readonly<Record<string, number>>
type Outage = { readonly from: number; readonly to: number }
type Record_ = {
  readonly call: string
  readonly phase: string
  readonly reason?: string
  readonly invited_at_ms: number
  readonly ended_at_ms?: number
}

/** Many phones that call each other until they are stopped. */
class Crowd {
  phases: Phases = {}
  readonly told: Told[] = []
  readonly #process
  readonly #exited: Promise<number | null>
  #complaints = ''

  constructor(url: string) {
    this.#process = spawn(load, [
      ...['--modes', 'churn', '--url', url, '--calls-at-once', String(callsAtOnce)],
    ])
    createInterface(this.#process.stdout).on('line', (text) => {
      const line = JSON.parse(text) as Told | { readonly phases: Phases }
      if ('phases' in line) this.phases = line.phases
      else this.told.push(line)
    })
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()))
    this.#exited = new Promise((resolve) => this.#process.once('close', resolve))
  }

  /** Waits until there are calls in every state. */
  async mixes(): Promise<void> {
    const wanted = ['ringing', 'incoming', 'waiting', 'connecting', 'active', 'ended']
    await expect
      .poll(() => wanted.filter((phase) => !this.phases[phase]), { interval: 20 })
      .toEqual([])
  }

  async stop(): Promise<void> {
    this.#process.stdin.end()
    const status = await this.#exited
    expect([status, this.#complaints, JSON.stringify(this.phases)]).toEqual([
      0,
      '',
      expect.not.stringMatching(/calling|ringing|incoming|connecting|active/),
    ])
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }
}

it(
  'G09: a server that is killed under load loses no call, doubles none, and leaves none open',
  { timeout: 120_000 + crashes * 10_000 },
  async () => {
    const server = await Server.start({
      'ring-limit': String(RING_LIMIT_S),
      'connect-limit': '8',
      'lost-limit': String(LOST_LIMIT_S),
    })
    const listen = server.host
    const crowd = new Crowd(server.url)
    try {
      const outages: Outage[] = []
      for (let i = 1; i <= crashes; ++i) {
        await crowd.mixes()
        await sleep(Math.random() * 2_500)
        const from = Date.now()
        // The last stop is a SIGTERM, as in an update.
        server.signal(i === crashes ? 'SIGTERM' : 'SIGKILL')
        await server.exit()
        await sleep(Math.random() * 1_500)
        await server.restart({
          listen,
          'ring-limit': String(RING_LIMIT_S),
          'connect-limit': '8',
          'lost-limit': String(LOST_LIMIT_S),
        })
        outages.push({ from, to: Date.now() })
      }
      await crowd.mixes()
      await crowd.stop()
      const health = await get<{ calls: number }>(server, '/health')
      expect(health.body.calls).toBe(0)
      const { out } = await server.command(['calls', '--json', '--limit', '1000000'])
      const records = out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record_)
      compare(crowd.told, records)
      compareRingTimes(records, outages)
      console.log(
        `${String(crashes)} crashes, ${String(records.length)} calls:`,
        count(records.map(({ reason }) => reason ?? 'open')),
      )
    } finally {
      crowd.kill()
      await server.stop()
    }
  },
)

/** Every call that a phone was told of is on record once, with the same end for both. */
function compare(told: readonly Told[], records: readonly Record_[]): void {
  const byCall = new Map(records.map((record) => [record.call, record]))
  expect(byCall.size, 'one record for each call').toBe(records.length)
  expect(records.filter(({ phase }) => phase !== 'ended')).toEqual([])
  const calls = new Set(told.map(({ call }) => call))
  expect(
    records.filter(({ call }) => !calls.has(call)),
    'nobody made these calls',
  ).toEqual([])
  const wrong = told.filter(({ call, known, callers_reason, callees_reason }) => {
    const reason = byCall.get(call)?.reason
    if (reason === undefined) return known
    return callers_reason !== reason || (callees_reason ?? reason) !== reason
  })
  expect(
    wrong.map((one) => `${JSON.stringify(one)} ${byCall.get(one.call)?.reason ?? 'lost'}`),
  ).toEqual([])
}

/** No call rings longer than the limit plus the time without a server. */
function compareRingTimes(records: readonly Record_[], outages: readonly Outage[]): void {
  const unanswered = records.filter(({ reason }) => reason === 'no_answer')
  expect(unanswered.length).toBeGreaterThan(0)
  const late = unanswered
    .map(({ call, invited_at_ms, ended_at_ms = 0 }) => {
      const due = invited_at_ms + RING_LIMIT_S * 1000
      const outage = outages.find(({ from, to }) => from - COMMIT_MS <= due && due <= to)
      return { call, late_ms: ended_at_ms - (outage?.to ?? due), early_ms: due - ended_at_ms }
    })
    .filter(({ late_ms, early_ms }) => late_ms > LATE_MS || early_ms > 0)
  expect(late, JSON.stringify({ late, outages })).toEqual([])
}

function count(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

async function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
