// The disk is full for some time, repeatedly.
import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { password, post, signUp } from '../support/accounts'
import { callId, Device } from '../support/device'
import { eventsIn, linesOf } from '../support/log'
import { Server, type Options } from '../support/server'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const diskBytes = 8 * 1024 * 1024

/** A data folder on a disk that the test can fill. */
class SmallDisk {
  readonly folder: string
  readonly #mounted: boolean
  #server: Server | undefined

  private constructor(folder: string, mounted: boolean) {
    this.folder = folder
    this.#mounted = mounted
  }

  static async make(): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-disk-'))
    try {
      const flags = ['-t', 'tmpfs', '-o', `size=${String(diskBytes)}`, 'tmpfs', folder]
      execFileSync('mount', flags, { stdio: 'ignore' })
      return new SmallDisk(folder, true)
    } catch {
      return new SmallDisk(folder, false)
    }
  }

  async start(options: Options): Promise<Server> {
    this.#server = await Server.start({ ...options, data: this.folder })
    return this.#server
  }

  async fill(): Promise<void> {
    if (!this.#mounted) {
      const { size } = await stat(join(this.folder, 'parley.sqlite3-wal'))
      return this.#limitFiles(String(Math.max(1, size)))
    }
    const file = await open(join(this.folder, 'filler'), 'w')
    const block = Buffer.alloc(64 * 1024)
    try {
      for (;;) await file.write(block)
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    } finally {
      await file.close()
    }
  }

  async free(): Promise<void> {
    if (!this.#mounted) return this.#limitFiles('unlimited')
    await rm(join(this.folder, 'filler'), { force: true })
  }

  async remove(): Promise<void> {
    if (this.#mounted) execFileSync('umount', [this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }

  #limitFiles(bytes: string): void {
    const pid = String(this.#server?.pid)
    execFileSync('prlimit', ['--pid', pid, `--fsize=${bytes}:unlimited`])
  }
}

it(
  'a disk that is full',
  async () => {
    const disk = await SmallDisk.make()
    try {
      await underAttack(
        {},
        async ({ server, bystanders }) => {
          const [eve, mallory] = [await signUp(server, 'eve'), await signUp(server, 'mallory')]
          const caller = await Device.connect(server, eve)
          const failures = (): number => eventsIn(linesOf(server, 'store failed'))
          const recoveries = (): number => eventsIn(linesOf(server, 'store works again'))
          await attack(server, async () => {
            const before = failures()
            await disk.fill()
            // A request that waits for a write is refused; past events are stored later.
            await expect
              .poll(async () => {
                const signIn = { user: 'mallory', password }
                return (await post(server, '/api/sign-in', signIn)).status
              })
              .toBe(503)
            await expect.poll(failures).toBeGreaterThan(before)
            const call = callId()
            caller.say('invite', { call, callee: mallory.user, kind: 'audio' })
            await disk.free()
            // Each failure is followed by a recovery. Another failure may be logged meanwhile.
            await expect.poll(() => failures() - recoveries()).toBe(0)
            // The request fails, and after some rounds the rate limit refuses it.
            await caller.hear('ended', 'error')
          })
          await bystanders.expectUntouched()
        },
        async (options) => disk.start(options),
      )
    } finally {
      await disk.remove()
    }
  },
  attackTimeoutMs,
)
