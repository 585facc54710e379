// A link between two namespaces, whose conditions a test changes while it runs: tools/link.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../../build/bin/parley-link')

/** An end of a link: a namespace, and the device that the link makes in there. */
export type End = { readonly network: string; readonly device: string }

export type Conditions = {
  readonly delay_ms?: number
  readonly jitter_ms?: number
  readonly rate_kbps?: number | 'none'
  readonly queue_ms?: number
  readonly loss_percent?: number
  readonly cut?: 'on' | 'off'
}

/** `up` leads away from the first end, `down` to it. */
export type Direction = 'up' | 'down' | 'both'

const names = { up: 'a>b', down: 'b>a', both: 'both' } as const

export class Link {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #waiting: ((line: string) => void)[] = []
  #said = ''

  private constructor(near: End, far: End) {
    this.#process = spawn(
      program,
      [near, far].map(({ network, device }) => `${network}:${device}`),
    )
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString()))
    createInterface(this.#process.stdout).on('line', (line) => this.#waiting.shift()?.(line))
    const ended = () => {
      for (const tell of this.#waiting.splice(0)) tell(`error: the link ended: ${this.#said}`)
    }
    this.#process.once('error', ended).once('close', ended)
  }

  static async between(near: End, far: End): Promise<Link> {
    const link = new Link(near, far)
    await link.#answer()
    return link
  }

  /** Resolves when packets meet the new conditions; the others stay. */
  async set(conditions: Conditions, direction: Direction = 'both'): Promise<void> {
    const changes = Object.entries(conditions).map(([name, value]) => `${name}=${String(value)}`)
    this.#process.stdin.write(`${[names[direction], ...changes].join(' ')}\n`)
    await this.#answer()
  }

  cut(direction: Direction = 'both'): Promise<void> {
    return this.set({ cut: 'on' }, direction)
  }
  mend(): Promise<void> {
    return this.set({ cut: 'off' })
  }

  /** A good line, a few milliseconds long. */
  reset(): Promise<void> {
    return this.set({
      delay_ms: 10,
      jitter_ms: 0,
      rate_kbps: 'none',
      queue_ms: 300,
      loss_percent: 0,
      cut: 'off',
    })
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.stdin.end()
    await ended
  }

  async #answer(): Promise<string> {
    const line = await new Promise<string>((resolve) => this.#waiting.push(resolve))
    if (line.startsWith('error')) throw new Error(line)
    return line
  }
}
