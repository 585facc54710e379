// The library of libfaketime gives a server a wall clock of its own and leaves the steady one alone.
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Server, type Options } from './server'

const library = [
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`,
  '/usr/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path))

export class SystemClock {
  readonly server: Server
  readonly #file: string

  private constructor(server: Server) {
    this.server = server
    this.#file = join(server.data, 'clock')
  }

  /** A server whose clock is off by so much: "-14d", "+0". Its database is made at the right time. */
  static async start(offset: string, options: Options = {}): Promise<SystemClock> {
    const server = await Server.start(options)
    server.signal('SIGTERM')
    await server.exit()
    const clock = new SystemClock(server)
    await clock.restart(offset, options)
    return clock
  }

  async restart(offset: string, options: Options = {}): Promise<void> {
    if (library === undefined) throw new Error('libfaketime is missing: tools/install-deps.sh')
    await this.set(offset)
    await this.server.restart(options, {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    })
  }

  async set(offset: string): Promise<void> {
    await writeFile(`${this.#file}.new`, `${offset}\n`)
    await rename(`${this.#file}.new`, this.#file)
  }
}
