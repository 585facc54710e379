// Another process with the database of a server: an operator's edit, or a fault.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs SQL, and returns its output. `data` is the folder of the server. */
export async function sql(data: string, text: string): Promise<string> {
  const shell = new Shell(data)
  const out = await shell.run(text)
  await shell.end()
  return out
}

/** Blocks all other writers until it is released. */
export class Lock {
  readonly #shell: Shell

  private constructor(shell: Shell) {
    this.#shell = shell
  }

  static async take(data: string): Promise<Lock> {
    const shell = new Shell(data)
    await shell.run('BEGIN EXCLUSIVE;')
    return new Lock(shell)
  }

  async release(): Promise<void> {
    await this.#shell.run('ROLLBACK;')
    await this.#shell.end()
  }
}

class Shell {
  readonly #process: ChildProcessWithoutNullStreams
  #out = ''
  #errors = ''

  constructor(data: string) {
    const file = join(data, 'parley.sqlite3')
    this.#process = spawn('sqlite3', ['-batch', '-cmd', '.timeout 10000', file])
    this.#process.stdout.on('data', (chunk: Buffer) => (this.#out += chunk.toString()))
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()))
    this.#process.on('error', (error) => (this.#errors += String(error)))
    this.#process.stdin.on('error', () => undefined)
  }

  async run(text: string): Promise<string> {
    const end = '-- done --\n'
    this.#out = ''
    this.#process.stdin.write(`${text}\n.print '-- done --'\n`)
    while (!this.#out.endsWith(end)) {
      if (this.#process.exitCode !== null) break
      await Promise.race([once(this.#process.stdout, 'data'), once(this.#process, 'close')])
    }
    if (this.#errors !== '') throw new Error(`sqlite3: ${this.#errors}`)
    return this.#out.slice(0, -end.length)
  }

  async end(): Promise<void> {
    const closed = once(this.#process, 'close')
    this.#process.stdin.end()
    await closed
  }
}
