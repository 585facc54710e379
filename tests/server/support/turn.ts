// coturn on this machine, and its own client, which requests a relay.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, untilItListens } from './ports'

/** Whether a login gets a relay of a coturn, through which a few packets then come back. */
export async function grantsRelay(port: number, name: string, password: string): Promise<boolean> {
  const client = spawn('turnutils_uclient', [
    ...['-u', name, '-w', password, '-p', String(port)],
    // Two clients that talk to each other through it, over TCP: three messages each.
    ...['-t', '-y', '-n', '3', '-m', '1', '-c', '127.0.0.1'],
  ])
  let out = ''
  client.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  client.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()))
  await new Promise((resolve) => client.once('close', resolve))
  if (!/Total lost packets 0 |Cannot complete Allocation/.test(out)) throw new Error(out)
  return /Total lost packets 0 /.test(out)
}

/** Whether a coturn refuses to relay to an address. */
export async function refusesPeer(
  port: number,
  { username, credential }: { readonly username: string; readonly credential: string },
  peer: string,
): Promise<boolean> {
  const client = spawn('turnutils_uclient', [
    ...['-u', username, '-w', credential, '-p', String(port), '-e', peer],
    ...['-n', '1', '-m', '1', '-c', '127.0.0.1'],
  ])
  let out = ''
  client.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  await new Promise((resolve) => client.once('close', resolve))
  return out.includes('403 (Forbidden IP)')
}

export class Coturn {
  readonly port: number
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(port: number, process: ChildProcess, folder: string) {
    this.port = port
    this.#process = process
    this.#folder = folder
  }

  static async start(...secrets: readonly string[]): Promise<Coturn> {
    return Coturn.with({ secrets })
  }

  static async with({
    secrets,
    port: wanted,
    // Without encryption.
    flags: extra = ['--no-tls'],
    loopback = true,
    env = {},
  }: {
    readonly secrets: readonly string[]
    readonly port?: number
    readonly flags?: readonly string[]
    /** Whether two of its relays on this machine may talk to each other. */
    readonly loopback?: boolean
    readonly env?: Readonly<Record<string, string>>
  }): Promise<Coturn> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-coturn-'))
    const port = wanted ?? (await freePort())
    const flags = [
      ...['-n', '--log-file', 'stdout', '--no-cli', '--no-dtls', ...extra],
      ...['--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1'],
      ...(loopback ? ['--allow-loopback-peers'] : []),
      ...['--listening-port', String(port), '--realm', 'calls.example', '--lt-cred-mech'],
      ...['--use-auth-secret', ...secrets.map((secret) => `--static-auth-secret=${secret}`)],
      ...['--pidfile', join(folder, 'pid'), '--db', join(folder, 'db')],
    ]
    const process = spawn('turnserver', flags, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
      env: { ...globalThis.process.env, ...env },
    })
    let log = ''
    for (const out of [process.stdout, process.stderr]) {
      out.on('data', (chunk: Buffer) => (log += chunk.toString()))
    }
    const ended = new Promise<never>((_resolve, reject) => {
      process.once('error', reject)
      process.once('exit', () => reject(new Error(`coturn ended:\n${log}`)))
    })
    ended.catch(() => undefined)
    await Promise.race([untilItListens(port), ended])
    return new Coturn(port, process, folder)
  }

  get url(): string {
    return `turn:127.0.0.1:${String(this.port)}`
  }

  /** Whether a login gets a relay that returns a few packets. */
  async grants(name: string, password: string): Promise<boolean> {
    return grantsRelay(this.port, name, password)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}
