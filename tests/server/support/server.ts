// Starts the real server on a free port with a database of its own, and runs the commands of the
// program on the same data.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const program =
  process.env['PARLEY_SERVER_PROGRAM'] ?? join(import.meta.dirname, '../../../build/bin/parley')

const START_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 10_000

export type Options = Readonly<Record<string, string>>
export type Ended = { readonly status: number | null; readonly out: string; readonly err: string }

/** The environment without settings of the person who runs the tests. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_')),
)

/** Runs one command to its end. */
export async function run(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Options } = {},
): Promise<Ended> {
  const child = spawn(program, args, {
    env: { ...environment, PARLEY_PASSWORD_COST: 'minimal', ...env },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.on('error', () => undefined) // a command that reads nothing may have ended already
  child.stdin.end(input)
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, out, err }
}

export type Listening = {
  readonly event: string
  readonly url: string
  readonly signal_url: string
  readonly version: string
  readonly pid: number
}

export class Server {
  /** The folder of its database. */
  readonly data: string
  /** Its output on stderr. */
  log = ''
  /** The line that it printed when it was ready. */
  listening!: Listening
  #process!: ChildProcessWithoutNullStreams
  #exited!: Promise<number | null>

  private constructor(data: string) {
    this.data = data
  }

  static async start(options: Options = {}, env: Options = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'parley-server-')))
    await server.restart(options, env)
    return server
  }

  /** Starts the process, with the data of an earlier one if given. */
  async restart(options: Options = {}, env: Options = {}): Promise<void> {
    const all = {
      listen: '127.0.0.1:0',
      data: this.data,
      'password-cost': 'minimal',
      'attempts-per-minute': '0',
      // Servers of different tests would want the same port.
      relay: 'off',
      ...options,
    }
    const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
    const child = spawn(program, ['serve', ...flags], { env: { ...environment, ...env } })
    this.#process = child
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    this.#exited = new Promise((resolve) => child.once('close', resolve))
    let out = ''
    const line = new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
        const end = out.indexOf('\n')
        if (end >= 0) resolve(out.slice(0, end))
      })
    })
    const first = await Promise.race([line, this.#exited, after(START_LIMIT_MS)])
    if (typeof first !== 'string') throw new Error(`the server did not start:\n${this.log}`)
    this.listening = JSON.parse(first) as Listening
  }

  get url(): string {
    return this.listening.url
  }
  get pid(): number {
    return this.listening.pid
  }
  get host(): string {
    return new URL(this.url).host
  }

  /** Does not read stderr: the pipe fills up. */
  leaveLogUnread(): void {
    this.#process.stderr.pause()
  }
  readLog(): void {
    this.#process.stderr.resume()
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** The exit status, after the process has ended. */
  async exit(): Promise<number | null | undefined> {
    return Promise.race([this.#exited, after(STOP_LIMIT_MS)])
  }

  async exitAfter(name: NodeJS.Signals): Promise<number | null | undefined> {
    this.signal(name)
    return this.exit()
  }

  /** A command on the same data: `parley user list --data …`. */
  async command(args: readonly string[], input = ''): Promise<Ended> {
    return run([...args, '--data', this.data], { input })
  }

  async stop(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exited
    await rm(this.data, { recursive: true, force: true })
  }
}

async function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref())
}
