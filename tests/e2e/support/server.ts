// Starts the real server on a free port, with a database of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const program =
  process.env['PARLEY_SERVER_PROGRAM'] ?? join(import.meta.dirname, '../../../build/bin/parley')

export const serverIsBuilt = existsSync(program)

const START_LIMIT_MS = 20_000

/** Where a server runs: this machine, or a network namespace that tests/net has made. */
export type Place = {
  /** The address to listen on, as it stands in a URL. */
  readonly host: string
  /** The command that runs another one there. */
  readonly enter: readonly string[]
}
const here: Place = { host: '127.0.0.1', enter: [] }

export class Server {
  readonly url: string
  /** The log of the server, for a failed test. */
  log = ''
  /** The folder of its database. */
  readonly data: string
  readonly #port: number
  readonly #place: Place
  #process: ChildProcess | undefined

  private constructor(port: number, data: string, place: Place) {
    this.#port = port
    this.data = data
    this.#place = place
    this.url = `http://${place.host}:${String(port)}`
  }

  static async start(
    options: Readonly<Record<string, string>> = {},
    place: Place = here,
  ): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'parley-e2e-'))
    const server = new Server(await freePort(), data, place)
    await server.run(options)
    return server
  }

  /** Starts the process; after `kill`, again with the same data on the same port. */
  async run(options: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = {
      listen: `${this.#place.host}:${String(this.#port)}`,
      data: this.data,
      'password-cost': 'minimal',
      'attempts-per-minute': '0',
      'log-level': 'debug',
      ...options,
    }
    const [command = program, ...args] = [
      ...this.#place.enter,
      program,
      'serve',
      ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]),
    ]
    const started = spawn(command, args)
    this.#process = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    }
    started.on('exit', (code, signal) => {
      this.log += `the process ended: ${String(signal ?? code)}\n`
    })
    const end = Date.now() + START_LIMIT_MS
    while (!(await this.answers())) {
      if (started.exitCode !== null || Date.now() > end) {
        throw new Error(`the server did not start:\n${this.log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async answers(): Promise<boolean> {
    return fetch(`${this.url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  /** Kills the process, as a power failure does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await gone
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM')
    await rm(this.data, { recursive: true, force: true })
  }
}

/**
 * Below the ephemeral ports of common systems, so that no client takes the port before the server.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}
