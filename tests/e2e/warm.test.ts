// Devices connect while the call rings, and send nothing before the answer.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { areConnected, connectionStates, makeKnown } from './support/ringing'
import { lines } from './support/rtp'
import { hangUp, Stage } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

async function hasSentNothing(person: Person): Promise<void> {
  const all = await lines(person)
  expect(all.map(({ direction }) => direction)).toEqual(['sendrecv', 'sendrecv', 'sendrecv'])
  for (const { kind, track, sent, received } of all) {
    expect({ kind, track, sent: sent.packets, received: received.packets }).toEqual({
      kind,
      track: null,
      sent: 0,
      received: 0,
    })
  }
}

describe('a call between people who know each other', () => {
  it('is connected before the answer, and sends nothing until then', async (test) => {
    const [ada, bea] = await stage.two(test)
    await makeKnown(ada, bea)
    const asked = await bea.asked()
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await areConnected(ada, bea)
    for (const person of [ada, bea]) await hasSentNothing(person)
    expect(await bea.captures()).toEqual([])
    expect(await bea.asked()).toBe(asked)
    const opened = await Promise.all([ada.opened(), bea.opened()])

    await bea.press('Answer with video')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.hears(), bea.hears(), ada.sees(), bea.sees()])
    expect((await Promise.all([ada.opened(), bea.opened()])).map((now) => now.connections)).toEqual(
      opened.map((before) => before.connections),
    )
    await ada.press('Hang up')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
    for (const person of [ada, bea]) await person.holdsNothing()
  })

  it('leaves nothing behind when it is declined', async (test) => {
    const [ada, bea] = await stage.two(test)
    await makeKnown(ada, bea)
    await ada.dial(bea.name, 'audio')
    await areConnected(ada, bea)
    await bea.press('Decline')
    for (const person of [ada, bea]) await person.holdsNothing()
  })

  it('closes the connections of devices at which it was not answered', async (test) => {
    const [ada, bea] = await stage.two(test)
    const tablet = await stage.device(test, bea)
    await makeKnown(ada, bea)
    await ada.dial(bea.name, 'audio')
    await tablet.isCalled()
    await until(
      () => connectionStates(ada),
      (now) => expect(now).toEqual(['connected', 'connected']),
    )
    await tablet.press('Answer')
    await Promise.all([ada.isIn('active'), tablet.isIn('active')])
    await Promise.all([ada.hears(), tablet.hears()])
    await areConnected(ada, tablet)
    expect(await connectionStates(bea)).toEqual([])
  })
})

describe('a call of a stranger', () => {
  it('connects after the answer where there is no relay', async (test) => {
    const [ada, bea] = await stage.two(test)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    expect([await connectionStates(ada), await connectionStates(bea)]).toEqual([[], []])
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.hears(), bea.hears()])
    expect((await ada.opened()).connections).toBe(1)
    await hangUp(ada, bea)
  })
})
