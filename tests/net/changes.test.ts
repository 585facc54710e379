// The path stays, but leads elsewhere: addresses, routes, translations and relays that change in a call.
import { describe, expect, it } from 'vitest'
import type { Person } from '../e2e/support/browser'
import { hangUp } from '../e2e/support/stage'
import { USUAL } from './support/internet'
import { bothHear, call, pause } from './support/call'
import { hearAgain, hearsNothing, longestGap, SECONDS_OF_NOISE, wayOf } from './support/media'
import { Relay } from './support/relay'
import { Stage } from './support/stage'

const stage = Stage.open({ mobile: true })

describe('a call goes on', () => {
  it('when the addresses of both sides change at once', async (test) => {
    const people = await call(stage, test)
    await Promise.all([stage.net.readdress('a', USUAL + 1), stage.net.readdress('b', USUAL + 1)])
    const changed = Date.now()
    await bothHear(test, people, changed)
    await hangUp(...people)
  })

  it('when one side moves to another network', async (test) => {
    for (const home of ['a', 'b', 'mobile'] as const) {
      await stage.net.translate(home, 'port-restricted')
    }
    const people = await call(stage, test)
    await stage.net.readdress('mobile', USUAL)
    await stage.net.leaveHome('b')
    const changed = Date.now()
    await bothHear(test, people, changed)
    await hangUp(...people)
  })

  it('when the way into the internet changes and the old address stays', async (test) => {
    for (const home of ['a', 'b', 'mobile'] as const) {
      await stage.net.translate(home, 'port-restricted')
    }
    const people = await call(stage, test)
    await stage.net.readdress('mobile', USUAL)
    await stage.net.link('b').cut()
    const changed = Date.now()
    await bothHear(test, people, changed)
    await hangUp(...people)
  })

  it('without a gap when an unused network comes and goes', async (test) => {
    const [ada, bea] = await call(stage, test)
    const since = Date.now()
    await stage.net.join('mobile', USUAL)
    await pause(5)
    await stage.net.leaveHome('mobile')
    await pause(5)
    for (const person of [ada, bea]) {
      expect(await longestGap(person, since)).toBeLessThan(SECONDS_OF_NOISE)
    }
    await hearAgain([ada, bea], Date.now())
    await hangUp(ada, bea)
  })

  it('over TCP when UDP is blocked in the middle of it', async (test) => {
    const people = await call(stage, test)
    expect(await wayOf(people[0])).toMatchObject({ protocol: 'udp' })
    await stage.net.block('a', 'meta l4proto udp')
    await bothHear(test, people, Date.now())
    expect(await wayOf(people[0])).toMatchObject({ local: 'relay', relayProtocol: 'tcp' })
    await hangUp(...people)
  })

  it('when a router forgets its translations and takes other ports', async (test) => {
    for (const home of ['a', 'b'] as const) await stage.net.translate(home, 'symmetric')
    const people = await call(stage, test)
    await stage.net.rebind('b')
    const changed = Date.now()
    await bothHear(test, people, changed)
    await hangUp(...people)
  })

  it('when its relay dies and starts again', async (test) => {
    for (const home of ['a', 'b'] as const) await stage.net.translate(home, 'symmetric')
    const people = await call(stage, test)
    for (const person of people) expect(await wayOf(person)).toMatchObject({ local: 'relay' })
    await stage.killRelay()
    const killed = Date.now()
    await bothHear(test, people, killed)
    await hangUp(...people)
  })

  it('when an address changes while the server is down', async (test) => {
    const [ada, bea] = await call(stage, test)
    await stage.server.kill()
    await stage.net.readdress('b', USUAL + 1)
    await hearsNothing(ada)
    await stage.serveAgain()
    await bothHear(test, [ada, bea], Date.now())
    await hangUp(ada, bea)
  })

  it('when one of two relays dies for good', async (test) => {
    const relays = await Promise.all([3501, 3502].map((port) => Relay.start(test, stage.net, port)))
    await stage.serveWith({ relay: 'off', 'ice-servers': relays.map(({ entry }) => entry).join() })
    for (const home of ['a', 'b'] as const) await stage.net.translate(home, 'symmetric')
    const people = await call(stage, test)
    const used = await relayOf(people)
    await relays.find(({ port }) => used?.includes(`:${String(port)}`))?.kill()
    await bothHear(test, people, Date.now())
    const other = await relayOf(people)
    expect([used, other]).toEqual([expect.any(String), expect.any(String)])
    expect(other).not.toBe(used)
    await hangUp(...people)
  })
})

/** The URL of a relay that the call goes through, of either side. */
async function relayOf(people: readonly Person[]): Promise<string | undefined> {
  const ways = await Promise.all(people.map((person) => wayOf(person)))
  return ways.find(({ relay }) => relay !== undefined)?.relay
}
