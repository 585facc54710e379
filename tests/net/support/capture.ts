// The packets that a host sees, captured by tcpdump on its way into the internet. Browsers ask for names
// of their own; those packets are left out.
import { spawn, type ChildProcess } from 'node:child_process'
import { enter } from './commands'
import type { Side } from './internet'
import { packetsOf, type Packet } from './packets'

export class Capture {
  readonly #process: ChildProcess
  readonly #chunks: Buffer[] = []
  readonly #ended: Promise<unknown>
  #said = ''

  private constructor(side: Side) {
    const [command = '', ...args] = [
      ...enter(side),
      ...'tcpdump --interface wan --immediate-mode --packet-buffered -Z root -w - not port 53'.split(
        ' ',
      ),
    ]
    this.#process = spawn(command, args)
    this.#process.stdout?.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    this.#ended = new Promise((resolve, reject) => {
      this.#process.once('error', reject).once('close', resolve)
    })
  }

  /** Resolves when packets are captured. */
  static async at(side: Side): Promise<Capture> {
    const capture = new Capture(side)
    const listens = new Promise<void>((resolve) => {
      capture.#process.stderr?.on('data', () => {
        if (capture.#said.includes('listening on')) resolve()
      })
    })
    const ended = capture.#ended.then(() => {
      throw new Error(`tcpdump ended: ${capture.#said}`)
    })
    ended.catch(() => undefined)
    await Promise.race([listens, ended])
    return capture
  }

  /** Ends the capture and returns all its packets. */
  async end(): Promise<readonly Packet[]> {
    this.#process.kill('SIGINT')
    await this.#ended
    return packetsOf(Buffer.concat(this.#chunks))
  }
}
