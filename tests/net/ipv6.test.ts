// An internet without IPv4.
import { expect, it } from 'vitest'
import { hangUp } from '../e2e/support/stage'
import { bothHear, call, pause } from './support/call'
import { hearAgain, wayOf } from './support/media'
import { Stage } from './support/stage'

const stage = Stage.open({ family: 'ipv6' })

it('carries calls over IPv6 alone', async (test) => {
  const people = await call(stage, test)
  await hearAgain(people, Date.now())
  expect(await wayOf(people[0])).toMatchObject({ local: 'host', protocol: 'udp' })
  await stage.net.link('a').cut()
  await pause(5)
  await stage.net.link('a').mend()
  await bothHear(test, people, Date.now())
  await hangUp(...people)
})

it('relays calls over IPv6 alone', async (test) => {
  await stage.net.block('a', 'meta l4proto udp')
  const people = await call(stage, test)
  await hearAgain(people, Date.now())
  expect(await wayOf(people[0])).toMatchObject({ local: 'relay', relayProtocol: 'tcp' })
  await hangUp(...people)
})
