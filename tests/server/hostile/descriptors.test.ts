// A process that has reached its limit of file descriptors.
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signUp, type Account } from '../support/accounts'
import { Device } from '../support/device'
import { Connection } from '../support/raw'
import { Server } from '../support/server'

// The server's own files are below half of this.
const DESCRIPTORS = 64
const PEOPLE = 7
const DEVICES_EACH = 10

let server: Server
let crowd: Connection[] = []
let devices: Device[] = []

beforeEach(async () => {
  server = await Server.start()
})
afterEach(async () => {
  for (const connection of crowd.splice(0)) connection.drop()
  for (const device of devices.splice(0)) device.drop()
  await server.stop()
})

function runShort(): void {
  execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${String(DESCRIPTORS)}`])
}

const lines = (text: string): number => server.log.split(text).length - 1

describe('out of file descriptors', () => {
  it('silent connections are closed for those that say hello', async () => {
    const ada = await signUp(server, 'ada')
    runShort()
    for (let i = 0; i < 2 * DESCRIPTORS; ++i) crowd.push(new Connection(server))
    for (let i = 0; i < 5; ++i) devices.push(await Device.connect(server, ada))
    await expect.poll(() => lines('out of file descriptors')).toBeGreaterThan(0)
    expect(lines('accepting failed')).toBe(0)
    expect(lines('out of file descriptors')).toBeLessThan(5)
  })

  it('a connection above the limit is closed when none is silent', async () => {
    const people: Account[] = []
    const late = await signUp(server, 'late')
    for (let i = 0; i < PEOPLE; ++i) people.push(await signUp(server, `person${String(i)}`))
    runShort()
    const everybody = people.flatMap((person) => Array<Account>(DEVICES_EACH).fill(person))
    let refused = 0
    for (const person of everybody) {
      try {
        devices.push(await Device.connect(server, person))
      } catch {
        ++refused
        break
      }
    }
    expect(refused).toBe(1)
    await new Connection(server).closed
    // A free place can be taken again.
    devices.pop()?.drop()
    devices.pop()?.drop()
    await expect
      .poll(async () => {
        try {
          devices.push(await Device.connect(server, late))
          return true
        } catch {
          return false
        }
      })
      .toBe(true)
    await expect
      .poll(() => server.log)
      .toMatch(/connections are refused why="out of file descriptors"/)
  })
})
