// The networks that most people have, and what happens to them: the part of these tests that every
// run of all tests includes.
import { describe, expect, it } from 'vitest'
import { hangUp, talk } from '../e2e/support/stage'
import { USUAL } from './support/internet'
import { bothHear, call, pause } from './support/call'
import { hearAgain, listens, longestGap, wayOf } from './support/media'
import { Stage } from './support/stage'

const stage = Stage.open()

describe('a call', () => {
  it('takes the direct way where there is one', async (test) => {
    const [ada, bea] = await call(stage, test)
    await hearAgain([ada, bea], Date.now())
    expect(await wayOf(ada)).toMatchObject({ local: 'host', protocol: 'udp' })
    await hangUp(ada, bea)
  })

  it('is relayed between two symmetric NATs', async (test) => {
    await stage.net.translate('a', 'symmetric')
    await stage.net.translate('b', 'symmetric')
    const [ada, bea] = await call(stage, test)
    await hearAgain([ada, bea], Date.now())
    for (const person of [ada, bea]) {
      expect(await wayOf(person)).toMatchObject({ local: 'relay', relayProtocol: 'udp' })
    }
    await hangUp(bea, ada)
  })

  it('is relayed over TCP where UDP is blocked', async (test) => {
    await stage.net.translate('a', 'port-restricted')
    await stage.net.translate('b', 'port-restricted')
    await stage.net.block('a', 'meta l4proto udp')
    const [ada, bea] = await call(stage, test)
    await hearAgain([ada, bea], Date.now())
    expect(await wayOf(ada)).toMatchObject({ local: 'relay', relayProtocol: 'tcp' })
    await hangUp(ada, bea)
  })

  it('is set up although 15 % of all packets are lost', async (test) => {
    const people = await stage.two(test)
    for (const side of ['a', 'b'] as const) await stage.net.link(side).set({ loss_percent: 15 })
    await talk(...people)
    await listens(...people)
    await hearAgain(people, Date.now())
    await hangUp(...people)
  })

  it('goes on after 5 seconds without a path', async (test) => {
    const people = await call(stage, test)
    const cut = Date.now()
    await stage.net.link('b').cut()
    await pause(5)
    await stage.net.link('b').mend()
    await bothHear(test, people, Date.now())
    for (const person of people) expect(await longestGap(person, cut)).toBeGreaterThan(4)
    await hangUp(...people)
  })

  it('goes on when the address of one side changes', async (test) => {
    const people = await call(stage, test)
    await stage.net.readdress('b', USUAL + 1)
    await bothHear(test, people, Date.now())
    await hangUp(...people)
  })
})
