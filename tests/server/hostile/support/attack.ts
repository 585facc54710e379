// The common part of every attack in this folder: a server of its own, two people in a call who
// take no part, and the promises during the attack: they hear each other, the server's memory stays
// flat, and no sanitizer reports an error.
//
// `make test` runs a short slice of each attack. `make hostile` runs them for
// PARLEY_HOSTILE_SECONDS each, against a server with sanitizers.
import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { signUp } from '../../support/accounts'
import { Device } from '../../support/device'
import { Server, type Options } from '../../support/server'
import { Bystanders } from './bystanders'

/** The duration of one attack. */
const seconds = Number(process.env['PARLEY_HOSTILE_SECONDS'] ?? '1')

/** The time limit of a test with an attack: the attack, and a margin for a busy machine. */
export const attackTimeoutMs = 120_000 + 4000 * seconds

// The allowed growth of the server after the first third of an attack. Sanitizers keep freed memory
// for some time (the quarantine of AddressSanitizer), in proportion to the memory in use.
const growthMost = { share: 0.5, bytes: 48 * 1024 * 1024 }

export type Scene = { readonly server: Server; readonly bystanders: Bystanders }

/**
 * Starts a server, by `start` if given, with two people in a call, runs `body`, and checks both at
 * the end. After an attack the server must still accept a sign-in.
 */
export async function underAttack(
  options: Options,
  body: (scene: Scene) => Promise<void>,
  start: (options: Options) => Promise<Server> = Server.start,
): Promise<void> {
  const server = await start(options)
  try {
    const bystanders = await Bystanders.talk(server)
    await body({ server, bystanders })
    await bystanders.expectUntouched()
    const newcomer = await Device.connect(server, await signUp(server, 'newcomer'))
    newcomer.drop()
    bystanders.leave()
    server.signal('SIGTERM')
    expect(await server.exit(), server.log).toBe(0)
    expectNoFindings(server.log)
  } finally {
    await server.stop()
  }
}

/**
 * Repeats one round of an attack until its time is over, at least twice. The memory after the first
 * third counts as the server's normal size.
 */
export async function attack(
  server: Server,
  round: (count: number) => Promise<void>,
): Promise<void> {
  const start = Date.now()
  const passed = (): number => (Date.now() - start) / 1000
  let count = 0
  do await round(count++)
  while (passed() < seconds / 3)
  const before = await memoryOf(server)
  do await round(count++)
  while (passed() < seconds)
  const after = await memoryOf(server)
  const most = before + Math.max(growthMost.bytes, before * growthMost.share)
  expect(after, `${String(count)} rounds, from ${String(before)} bytes`).toBeLessThan(most)
}

/** The memory that the server uses, in bytes. */
export async function memoryOf(server: Server): Promise<number> {
  const status = await readFile(`/proc/${String(server.pid)}/status`, 'utf8')
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
}

/** Fails with the report of a sanitizer in the log. */
export function expectNoFindings(log: string): void {
  const findings = log
    .split('\n')
    .filter((line) =>
      /\b(Address|Thread|Leak|UndefinedBehavior)Sanitizer\b|runtime error:/.test(line),
    )
  expect(findings).toEqual([])
}
