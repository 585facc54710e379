// How long sound is away after something has happened to the network: the app beside a plain page, in
// turns. Run it with `make bench-recovery`.
import { afterAll, it } from 'vitest'
import { call, pause } from '../support/call'
import { USUAL, type Internet } from '../support/internet'
import { hearAgain, type Listener } from '../support/media'
import { plainCall } from '../support/plain'
import { Stage } from '../support/stage'

const stage = Stage.open({ mobile: true })
const runs = Number(process.env['PARLEY_RUNS'] ?? 3)

/** Each does something to a call, and returns when the network was whole again. */
const events: Readonly<Record<string, (net: Internet) => Promise<number>>> = {
  'hole of 1 s': (net) => hole(net, 1),
  'hole of 8 s': (net) => hole(net, 8),
  'hole of 15 s': (net) => hole(net, 15),
  'hole of 25 s': (net) => hole(net, 25),
  'hole of 40 s': (net) => hole(net, 40),
  'address of b changes': async (net) => {
    await net.readdress('b', USUAL + 1)
    return Date.now()
  },
  'b moves to another network': async (net) => {
    await net.readdress('mobile', USUAL)
    await net.leaveHome('b')
    return Date.now()
  },
  "b's router forgets its translations": async (net) => {
    await net.rebind('b')
    return Date.now()
  },
}

async function hole(net: Internet, seconds: number): Promise<number> {
  await net.link('b').cut()
  await pause(seconds)
  await net.link('b').mend()
  return Date.now()
}

type Seconds = readonly [number, number]
const rows: string[] = []

/** Two calls with the longest hole, and a browser that starts. */
const RUN_LIMIT_MS = 300_000

it.for(Object.entries(events))(
  '%s',
  { timeout: runs * RUN_LIMIT_MS },
  async ([name, event], test) => {
    const results: Record<'parley' | 'plain', Seconds[]> = { parley: [], plain: [] }
    for (let run = 0; run < runs; run += 1) {
      await stage.net.reset()
      const people = await call(stage, test)
      results.parley.push(await away(people, event))
      await Promise.all(people.map((person) => person.leave()))

      await stage.net.reset()
      const sides = [stage.browser('a'), stage.browser('b')] as const
      const plain = await plainCall(sides, `${stage.server.url}/health`)
      await hearAgain(plain.people, Date.now())
      results.plain.push(await away(plain.people, event))
      await plain.end()
    }
    const cells = [results.parley, results.plain].map(
      (all) => `${median(all, 0)} / ${median(all, 1)}`,
    )
    rows.push(`| ${[name, ...cells].join(' | ')} |`)
  },
)

afterAll(() => {
  const head = `| seconds to sound at a / b, median of ${String(runs)} | Parley | plain page |`
  console.log([head, '|---|---|---|', ...rows].join('\n'))
})

/** Seconds without sound after an event; endless for sound that does not come back. */
async function away(
  people: readonly [Listener, Listener],
  event: (net: Internet) => Promise<number>,
): Promise<Seconds> {
  const since = await event(stage.net)
  const seconds = await Promise.all(
    people.map((person) => hearAgain([person], since).catch(() => [Infinity])),
  )
  const [a = Infinity, b = Infinity] = seconds.flat()
  return [a, b]
}

function median(all: readonly Seconds[], side: 0 | 1): string {
  const sorted = all.map((both) => both[side]).sort((one, other) => one - other)
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Infinity
  return Number.isFinite(middle) ? middle.toFixed(2) : 'never'
}
