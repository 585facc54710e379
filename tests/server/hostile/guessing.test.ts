// A client that guesses passwords, and people who know theirs.
import { describe, expect, it } from 'vitest'
import { code, password, post, signUp, type Answer, type Failure } from '../support/accounts'
import type { Server } from '../support/server'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const behindProxy = { 'trusted-proxies': '127.0.0.0/8', 'attempts-per-minute': '10' }

const signIn = async (
  server: Server,
  user: string,
  from: string,
  typed: string = password,
): Promise<Answer> =>
  post(server, '/api/sign-in', { user, password: typed }, { 'x-forwarded-for': from })

describe('guessing', () => {
  it(
    'at an account does not keep its owner out, wherever they are',
    async () => {
      await underAttack(behindProxy, async ({ server }) => {
        await signUp(server, 'owner')
        await attack(server, async (round) => {
          for (let i = 0; i < 15; ++i) await signIn(server, 'owner', '203.0.113.1', 'wrong one')
          const fresh = `198.51.100.${String(round % 250)}`
          expect((await signIn(server, 'owner', fresh)).status).toBe(200)
          expect((await signIn(server, 'owner', '192.0.2.9')).status).toBe(200)
        })
        const guesser = await signIn(server, 'owner', '203.0.113.1', 'wrong one')
        expect([guesser.status, code(guesser)]).toEqual([429, 'account/too-many-attempts'])
        const seconds = Number(guesser.headers.get('retry-after'))
        expect(seconds).toBeGreaterThan(0)
        const { error } = guesser.body as Failure
        expect(Math.ceil(Number(error.retry_after_ms) / 1000)).toBe(seconds)
      })
    },
    attackTimeoutMs,
  )

  it(
    'at ten names from one address locks nobody out behind it',
    async () => {
      await underAttack(behindProxy, async ({ server }) => {
        await signUp(server, 'colleague')
        for (let i = 0; i < 10; ++i) {
          const answer = await signIn(server, `nobody${String(i)}`, '203.0.113.7')
          expect(answer.status).toBe(401)
        }
        expect((await signIn(server, 'colleague', '203.0.113.7')).status).toBe(200)
        expect((await signIn(server, 'nobody', '203.0.113.7')).status).toBe(429)
      })
    },
    attackTimeoutMs,
  )

  it(
    'at names from all addresses of one subscriber counts as from one',
    async () => {
      await underAttack(behindProxy, async ({ server }) => {
        const statuses: number[] = []
        for (let i = 0; i < 11; ++i) {
          const from = `2001:db8:1:2::${String(i + 1)}`
          statuses.push((await signIn(server, 'somebody', from, 'wrong one')).status)
        }
        expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401))
        expect(statuses[10]).toBe(429)
      })
    },
    attackTimeoutMs,
  )
})
