// How long it takes from *Answer* to the first sound and the first picture: the app, connected while it
// rings and after the answer, beside a plain page that offers after the answer, in turns. Run it with
// `make bench-setup`.
import { afterAll, describe, it, type TestContext } from 'vitest'
import type { Person } from '../../e2e/support/browser'
import { areConnected, makeKnown } from '../../e2e/support/ringing'
import { firstOf, listensEvery, type Listener } from '../support/media'
import { plainRinging } from '../support/plain'
import { Stage } from '../support/stage'

const stage = Stage.open()
const runs = Number(process.env['PARLEY_RUNS'] ?? 3)
const SAMPLE_MS = 10
const RUN_LIMIT_MS = 60_000

/** One-way, from one page to the other, directly or by way of the server. */
const DELAYS_MS = [0, 25, 50, 100, 200] as const

/** Milliseconds after the answer. */
type Times = {
  readonly callerHears: number
  readonly calleeHears: number
  readonly callerSees: number
  readonly calleeSees: number
}
type Way = (delay_ms: number, test: TestContext) => Promise<Times>

const ways: Readonly<Record<string, Way>> = {
  'connected while it rings': async (_, test) => {
    await stage.serveWith({ relay: 'embedded' })
    return ours(test, async (ada, bea) => {
      await makeKnown(ada, bea)
      await ring(ada, bea)
      await areConnected(ada, bea)
    })
  },
  'connected while it rings, by the relay': async (_, test) => {
    await stage.serveWith({ relay: 'embedded' })
    return ours(test, async (ada, bea) => {
      await ring(ada, bea)
      await areConnected(ada, bea)
    })
  },
  // As strangers are without a relay.
  'connected after the answer': async (_, test) => {
    await stage.serveWith({ relay: 'off' })
    return ours(test, ring)
  },
  'plain page': async (delay_ms) => {
    const sides = [stage.browser('a'), stage.browser('b')] as const
    const call = await plainRinging(sides, `${stage.server.url}/health`, delay_ms)
    const found = await times(call.people, () => call.answer())
    await call.end()
    return found
  },
}

async function ours(
  test: TestContext,
  callAndRing: (ada: Person, bea: Person) => Promise<void>,
): Promise<Times> {
  const [ada, bea] = await stage.two(test)
  await callAndRing(ada, bea)
  const found = await times([ada, bea], () => press(bea))
  await Promise.all([ada.leave(), bea.leave()])
  return found
}

async function ring(ada: Person, bea: Person): Promise<void> {
  await ada.dial(bea.name, 'video')
  await bea.isCalled()
}

async function times(
  [caller, callee]: readonly [Listener, Listener],
  answer: () => Promise<number>,
): Promise<Times> {
  await listensEvery(SAMPLE_MS, [caller, callee])
  const at = await answer()
  const [atCaller, atCallee] = await Promise.all([firstOf(caller), firstOf(callee)])
  return {
    callerHears: atCaller.sound - at,
    calleeHears: atCallee.sound - at,
    callerSees: atCaller.picture - at,
    calleeSees: atCallee.picture - at,
  }
}

/** Presses the button inside the page, where nothing is waited for. */
async function press(person: Person): Promise<number> {
  return person.page.getByRole('button', { name: 'Answer with video' }).evaluate((button) => {
    const at = Date.now()
    ;(button as HTMLElement).click()
    return at
  })
}

const rows: string[] = []

describe('from the answer to media', () => {
  it.for(DELAYS_MS)(
    'at %d ms one way',
    { timeout: runs * 4 * RUN_LIMIT_MS },
    async (delay_ms, test) => {
      // Links of 0 ms: the emulator alone. Half of the way is up to the middle, half down from it.
      for (const side of ['a', 'b'] as const) {
        await stage.net.link(side).set({ delay_ms: delay_ms / 2 })
      }
      for (const [name, way] of Object.entries(ways)) {
        const all: Times[] = []
        for (let run = 0; run < runs; run += 1) all.push(await way(delay_ms, test))
        const cells = (['callerHears', 'calleeHears', 'callerSees', 'calleeSees'] as const).map(
          (what) => String(median(all.map((one) => one[what]))),
        )
        rows.push(`| ${[delay_ms, name, ...cells].join(' | ')} |`)
      }
    },
  )
})

afterAll(() => {
  const head =
    '| D, ms | way | caller hears | callee hears | caller sees | callee sees |\n|---|---|---|---|---|---|'
  console.log([`median of ${String(runs)}, ms after the answer`, '', head, ...rows].join('\n'))
})

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
