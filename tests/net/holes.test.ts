// The path is gone for a while: in both directions or in one, for everything or for signalling alone.
import { describe, expect, it } from 'vitest'
import { hangUp } from '../e2e/support/stage'
import { bothHear, call, pause } from './support/call'
import { hearAgain, hearsNothing, longestGap, SECONDS_OF_NOISE } from './support/media'
import { Stage } from './support/stage'

const stage = Stage.open()

describe('a call goes on', () => {
  it.for([1, 20, 40])('after %i s without a path', async (seconds, test) => {
    const people = await call(stage, test)
    const cut = Date.now()
    await stage.net.link('b').cut()
    await pause(seconds)
    await stage.net.link('b').mend()
    await bothHear(test, people, Date.now())
    for (const person of people) {
      expect(await longestGap(person, cut)).toBeGreaterThan(seconds * 0.8)
    }
    await hangUp(...people)
  })

  it('after 10 s in which one direction was gone', async (test) => {
    const [ada, bea] = await call(stage, test)
    await stage.net.link('a').cut('up')
    await hearsNothing(bea)
    await pause(10)
    await stage.net.link('a').mend()
    await bothHear(test, [ada, bea], Date.now())
    await hangUp(bea, ada)
  })

  it('without a gap while one direction of its signalling is dead', async (test) => {
    const [ada, bea] = await call(stage, test)
    const since = Date.now()
    // What a says to the server is lost, what the server says arrives.
    await stage.net.block('a', 'ip protocol tcp iifname "lan"')
    await pause(15)
    for (const person of [ada, bea]) {
      expect(await longestGap(person, since)).toBeLessThan(SECONDS_OF_NOISE)
    }
    await stage.net.unblock('a')
    await hearAgain([ada, bea], Date.now())
    await hangUp(ada, bea)
  })
})
