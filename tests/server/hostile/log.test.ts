// The log has no reader while hostile clients fill it.
import { expect, it } from 'vitest'
import { Connection, request } from '../support/raw'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

// The pipe takes some hundred kilobytes, and the server's own queue one megabyte.
const enoughBytes = 3 * 1024 * 1024
const pathBytes = 1000
const requestsAtOnce = 50

it(
  'a log that nobody reads',
  async () => {
    await underAttack({ 'log-level': 'debug' }, async ({ server, bystanders }) => {
      const line = `GET /${'x'.repeat(pathBytes)}`
      const one = request(line, [`Host: ${server.host}`])
      const last = request(line, [`Host: ${server.host}`, 'Connection: close'])
      let logged = 0
      const round = async (): Promise<void> => {
        const connection = new Connection(server).send(one.repeat(requestsAtOnce - 1) + last)
        const answers = (await connection.all()).match(/HTTP\/1\.1 404 /g)
        expect(answers).toHaveLength(requestsAtOnce)
        logged += requestsAtOnce * pathBytes
      }
      server.leaveLogUnread()
      await attack(server, round)
      while (logged < enoughBytes) await round()
      await bystanders.expectUntouched()
      server.readLog()
      await expect.poll(() => server.log).toMatch(/log lines are missing lines=\d+/)
    })
  },
  attackTimeoutMs,
)
