// A TURN relay beside the server's own: coturn with one lasting login.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { until } from '../../e2e/support/until'
import { enter } from './commands'
import type { Internet } from './internet'

const LOGIN = 'guest:in-tests-only'

export class Relay {
  /** An entry of the option `ice-servers`. */
  readonly entry: string
  readonly port: number
  readonly #process: ChildProcess
  #log = ''

  private constructor(net: Internet, port: number, process: ChildProcess) {
    this.port = port
    this.entry = `turn:${net.inUrl(net.server)}:${String(port)} ${LOGIN}`
    this.#process = process
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()))
    }
  }

  /** Starts one beside the server, until the end of the test. */
  static async start(test: TestContext, net: Internet, port: number): Promise<Relay> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-relay-'))
    const [command = '', ...args] = [
      ...[...enter('s'), 'turnserver', '-n', '--log-file', 'stdout', '--no-cli', '--no-tls'],
      ...['--no-dtls', '--lt-cred-mech', '--user', LOGIN, '--realm', 'calls.example'],
      ...['--listening-ip', net.server, '--relay-ip', net.server],
      ...['--listening-port', String(port), '--pidfile', join(folder, 'pid')],
      ...['--userdb', ':memory:'],
    ]
    const relay = new Relay(net, port, spawn(command, args, { cwd: folder }))
    test.onTestFinished(async () => {
      await relay.kill()
      await rm(folder, { recursive: true, force: true })
    })
    await until(
      () => listens(net.server, port),
      (does) => expect(does, relay.#log).toBe(true),
    )
    return relay
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
  }
}

async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  const answer = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  socket.destroy()
  return answer
}
