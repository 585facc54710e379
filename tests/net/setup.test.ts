// Networks and servers in which a call is hard to set up.
import { describe, expect, it } from 'vitest'
import { hangUp } from '../e2e/support/stage'
import { call } from './support/call'
import { hearAgain, wayOf } from './support/media'
import { Stage } from './support/stage'

const stage = Stage.open()

describe('a call is set up', () => {
  it('although the first STUN server never answers', async (test) => {
    await stage.serveWith({ 'ice-servers': `stun:${stage.net.nobody}:3478` })
    for (const home of ['a', 'b'] as const) await stage.net.translate(home, 'symmetric')
    const people = await call(stage, test)
    await hearAgain(people, Date.now())
    for (const person of people) expect(await wayOf(person)).toMatchObject({ local: 'relay' })
    await hangUp(...people)
  })

  it('although both sides have no UDP', async (test) => {
    for (const home of ['a', 'b'] as const) {
      await stage.net.translate(home, 'port-restricted')
      await stage.net.block(home, 'meta l4proto udp')
    }
    const people = await call(stage, test)
    await hearAgain(people, Date.now())
    for (const person of people) {
      expect(await wayOf(person)).toMatchObject({ local: 'relay', relayProtocol: 'tcp' })
    }
    await hangUp(...people)
  })

  it('without a relay between two NATs that keep their ports', async (test) => {
    for (const home of ['a', 'b'] as const) await stage.net.translate(home, 'port-restricted')
    const people = await call(stage, test)
    await hearAgain(people, Date.now())
    for (const person of people) {
      const way = await wayOf(person)
      expect(way).toMatchObject({ protocol: 'udp' })
      expect([way.local, way.remote]).not.toContain('relay')
    }
    await hangUp(...people)
  })
})
