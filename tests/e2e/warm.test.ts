// Devices connect while the call rings, and send nothing before the answer.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { lines } from './support/rtp'
import { hangUp, Stage } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

/** Ada becomes known to Bea, who has called her. */
async function makeKnown(ada: Person, bea: Person): Promise<void> {
  await bea.dial(ada.name, 'audio')
  await ada.isCalled()
  await bea.press('Hang up')
  for (const person of [ada, bea]) {
    await person.isIn('ended')
    await person.putsAway()
  }
}

const states = (person: Person) =>
  person.page.evaluate(() =>
    window.parleyKit.held.connections().map(({ connectionState }) => connectionState),
  )

async function areConnected(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await until(
      () => states(person),
      (now) => expect(now).toEqual(['connected']),
    )
  }
}

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
      () => states(ada),
      (now) => expect(now).toEqual(['connected', 'connected']),
    )
    await tablet.press('Answer')
    await Promise.all([ada.isIn('active'), tablet.isIn('active')])
    await Promise.all([ada.hears(), tablet.hears()])
    await areConnected(ada, tablet)
    expect(await states(bea)).toEqual([])
  })
})

describe('a call of a stranger', () => {
  it('connects after the answer where there is no relay', async (test) => {
    const [ada, bea] = await stage.two(test)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    expect([await states(ada), await states(bea)]).toEqual([[], []])
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.hears(), bea.hears()])
    expect((await ada.opened()).connections).toBe(1)
    await hangUp(ada, bea)
  })
})
