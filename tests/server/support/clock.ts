// A server with a wall clock of its own, which a test can set while it runs.
import { execFile } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Server, type Options } from './server'

const run = promisify(execFile)
const source = fileURLToPath(new URL('clock.c', import.meta.url))

export class SystemClock {
  readonly server: Server
  readonly #library: string
  readonly #file: string

  private constructor(server: Server) {
    this.server = server
    this.#library = join(server.data, 'clock.so')
    this.#file = join(server.data, 'clock')
  }

  /** A server whose clock is off by this much. Its database is made at the right time. */
  static async start(offMs: number, options: Options = {}): Promise<SystemClock> {
    const server = await Server.start(options)
    server.signal('SIGTERM')
    await server.exit()
    const clock = new SystemClock(server)
    await run('clang-19', ['-shared', '-fPIC', '-O1', '-o', clock.#library, source])
    await writeFile(clock.#file, Buffer.alloc(8))
    await clock.restart(offMs, options)
    return clock
  }

  async restart(offMs: number, options: Options = {}): Promise<void> {
    await this.set(offMs)
    await this.server.restart(options, {
      LD_PRELOAD: this.#library,
      PARLEY_TEST_CLOCK: this.#file,
    })
  }

  /** The server maps the file, so it is written in place. */
  async set(offMs: number): Promise<void> {
    const seconds = Buffer.alloc(8)
    const value = BigInt(Math.round(offMs / 1000))
    if (endianness() === 'LE') seconds.writeBigInt64LE(value)
    else seconds.writeBigInt64BE(value)
    const file = await open(this.#file, 'r+')
    await file.write(seconds, 0, seconds.length, 0)
    await file.close()
  }
}
