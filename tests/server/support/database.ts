// Another process at the database of a server: what an operator may do by hand, and what goes wrong.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Runs SQL, and returns what it prints. `data` is the folder of the server. */
export async function sql(data: string, text: string): Promise<string> {
  const shell = new Shell(data)
  const out = await shell.run(text)
  await shell.end()
  return out
}

/** Keeps everybody else from writing until it is let go. */
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
