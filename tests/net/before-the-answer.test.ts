// What each side of a call can see of the other one before the answer, in all its packets.
import { beforeEach, describe, expect, it } from 'vitest'
import type { Person } from '../e2e/support/browser'
import { areConnected, makeKnown } from '../e2e/support/ringing'
import { hangUp } from '../e2e/support/stage'
import { Capture } from './support/capture'
import { hearAgain, listens } from './support/media'
import { isMedia, tells, type Packet } from './support/packets'
import { Stage } from './support/stage'

const stage = Stage.open()

beforeEach(async () => {
  await stage.net.translate('a', 'port-restricted')
  await stage.net.translate('b', 'port-restricted')
})

type Seen = { readonly a: readonly Packet[]; readonly b: readonly Packet[] }

/** What both hosts see while something happens. */
async function capture(happens: () => Promise<void>): Promise<Seen> {
  const [a, b] = await Promise.all([Capture.at('a'), Capture.at('b')])
  await happens()
  const [atA, atB] = await Promise.all([a.end(), b.end()])
  return { a: atA, b: atB }
}

/** Ada calls, and both are connected while it rings. */
const ring = async ([ada, bea]: readonly [Person, Person]) => {
  await ada.dial(bea.name, 'audio')
  await bea.isCalled()
  await areConnected(ada, bea)
}

const answer = async ([ada, bea]: readonly [Person, Person]) => {
  await listens(ada, bea)
  await bea.press('Answer')
  await Promise.all([ada.isIn('active'), bea.isIn('active')])
  await hearAgain([ada, bea], Date.now())
}

const addressesOf = (side: 'a' | 'b') => stage.net.addressesOf(side)

describe('before the answer', () => {
  it('strangers are connected, and neither sees an address of the other', async (test) => {
    const people = await stage.two(test)
    const ringing = await capture(() => ring(people))
    for (const address of addressesOf('b')) {
      expect(ringing.a.filter((packet) => tells(packet, address))).toEqual([])
    }
    for (const address of addressesOf('a')) {
      expect(ringing.b.filter((packet) => tells(packet, address))).toEqual([])
    }

    // After it they do, for the direct way: so the search finds addresses.
    const talking = await capture(() => answer(people))
    const told = addressesOf('b').filter((address) => talking.a.some((it) => tells(it, address)))
    expect(told).not.toEqual([])
    await hangUp(...people)
  })

  it('nobody sends media', async (test) => {
    const people = await stage.two(test)
    await makeKnown(...people)
    const ringing = await capture(() => ring(people))
    for (const packets of [ringing.a, ringing.b]) {
      expect(packets.filter(({ protocol }) => protocol === 'udp')).not.toEqual([])
      expect(packets.filter(isMedia)).toEqual([])
    }

    const talking = await capture(() => answer(people))
    for (const packets of [talking.a, talking.b]) expect(packets.some(isMedia)).toBe(true)
  })
})
