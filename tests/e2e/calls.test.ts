// Whole calls between two people: the real server, the real app, two browsers.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch, Person } from './support/browser'
import { fallsSilent, isSilent } from './support/rtp'
import { Server } from './support/server'

/** Chromium's own fake microphone beeps once a second. */
const BETWEEN_BEEPS_MS = 1500

const nothing = { connections: 0, tracks: 0, sockets: 1 }

let browser: Browser
let server: Server
let ada: Person
let bea: Person

beforeAll(async () => {
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
})
beforeEach(async () => {
  server = await Server.start()
  ada = await Person.arrive(browser, server.url)
  bea = await Person.arrive(browser, server.url)
  await Promise.all([ada.signUp('Ada', 'ada'), bea.signUp('Bea', 'bea')])
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    console.log(server.log, ada.lines.join('\n'), '\n----\n', bea.lines.join('\n'))
  }
  // The browser logs an error when the server is away; that is expected.
  const complaints = [...ada.complaints, ...bea.complaints].filter(
    (text) => !/net::ERR_CONNECTION_(REFUSED|RESET)/.test(text),
  )
  await Promise.all([ada.leave(), bea.leave()])
  await server.stop()
  expect(complaints).toEqual([])
})

/** Both find the call in their history, with the same end. */
async function bothRecord(reason: string): Promise<void> {
  expect(await ada.lastRecord()).toMatchObject({ direction: 'outgoing', reason })
  expect(await bea.lastRecord()).toMatchObject({ direction: 'incoming', reason })
}

describe('two people', () => {
  it('talk, and hold nothing of the call afterwards', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    const answered = Date.now()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    console.log(`from answer to media, seen in both pages: ${String(Date.now() - answered)} ms`)
    await Promise.all([ada.hears(), bea.hears()])

    await ada.press('Hang up')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
    await bothRecord('completed')
    expect(await ada.held()).toEqual(nothing)
    expect(await bea.held()).toEqual(nothing)
  })

  it('see each other, and turn their cameras off and on', async () => {
    await ada.dial('Bea', 'video')
    await bea.isCalled()
    await bea.press('Answer with video')
    await Promise.all([ada.sees(), bea.sees()])
    expect(await ada.captures()).toEqual(['camera', 'microphone'])

    await ada.press('Camera')
    await bea.call.getByText('Camera off').waitFor()
    expect(await ada.captures()).toEqual(['microphone'])
    await ada.press('Camera')
    await bea.call.getByText('Camera off').waitFor({ state: 'detached' })
    await bea.sees(60)

    await bea.press('Hang up')
    await ada.isIn('ended')
    expect(await ada.held()).toEqual(nothing)
    expect(await bea.held()).toEqual(nothing)
  })

  it('are silent when muted, and the other side is told', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await bea.hears()
    await ada.press('Microphone')
    await bea.call.getByText('Muted').waitFor()
    await fallsSilent(bea, BETWEEN_BEEPS_MS)
    await isSilent(bea, 2000)
    await ada.press('Microphone')
    await bea.hears()
  })

  it('hold a call and resume it', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await bea.hears()
    await ada.press('Hold')
    await bea.call.getByText('You are on hold').waitFor()
    await Promise.all([ada, bea].map((person) => fallsSilent(person, BETWEEN_BEEPS_MS)))
    await Promise.all([isSilent(ada, 2000), isSilent(bea, 2000)])
    await ada.press('Hold')
    await Promise.all([ada.hears(), bea.hears()])
  })

  it('can decline', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Decline')
    await ada.isIn('ended')
    await ada.call.getByText('Call declined').waitFor()
    await bothRecord('declined')
    expect(await ada.held()).toEqual(nothing)
    expect(await bea.held()).toEqual(nothing)
  })

  it('can cancel before an answer', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await ada.press('Hang up')
    await Promise.all([
      ada.isIn('ended'),
      bea.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached' }),
    ])
    await bothRecord('cancelled')
    expect(await bea.held()).toEqual(nothing)
  })

  it('talk when one of them has no camera', async () => {
    const cem = await Person.arrive(browser, server.url)
    await cem.refuse('video', 'NotFoundError')
    await cem.signUp('Cem', 'cem')
    await cem.dial('Bea', 'video')
    await bea.isCalled()
    await bea.press('Answer with video')
    await Promise.all([cem.isIn('active'), bea.isIn('active')])
    await cem.call.getByText('No camera was found.').waitFor()
    await bea.call.getByText('Camera not working').waitFor()
    await Promise.all([cem.sees(), cem.hears(), bea.hears()])
    await cem.press('Hang up')
    await bea.isIn('ended')
    expect(await cem.lastRecord()).toMatchObject({ reason: 'completed', my_camera: 'unavailable' })
    expect(await bea.lastRecord()).toMatchObject({ peer_camera: 'unavailable' })
    expect(await cem.held()).toEqual(nothing)
    await cem.leave()
  })

  it('are both told when a microphone is refused', async () => {
    const cem = await Person.arrive(browser, server.url)
    await cem.refuse('audio', 'NotAllowedError')
    await cem.signUp('Cem', 'cem')
    await cem.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await cem.call.getByText('does not let this page use the microphone').waitFor()
    await bea.call.getByText('Microphone not working').waitFor()
    await cem.hears()
    await cem.press('Hang up')
    await bea.isIn('ended')
    expect(await cem.held()).toEqual(nothing)
    await cem.leave()
  })

  it('ring on every device, and the first that answers has the call', async () => {
    const second = await Person.arrive(browser, server.url)
    await second.signIn('bea')
    await ada.dial('Bea', 'audio')
    await Promise.all([bea.isCalled(), second.isCalled()])
    await second.press('Answer')
    await Promise.all([ada.isIn('active'), second.isIn('active')])
    await bea.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached' })
    expect(await bea.held()).toEqual(nothing)
    await second.hears()
    await second.press('Hang up')
    await ada.isIn('ended')
    expect(await second.held()).toEqual(nothing)
    await second.leave()
  })

  it('continue the call after a reload of the page', async () => {
    await ada.dial('Bea', 'video')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await bea.press('Microphone')
    await ada.call.getByText('Muted').waitFor()
    await bea.page.reload()
    await bea.isIn('active')
    await bea.sees()
    await bea.press('Microphone')
    await Promise.all([ada.hears(), bea.hears()])
    expect(await ada.held()).toMatchObject({ connections: 1 })
    await ada.press('Hang up')
    await bea.isIn('ended')
    expect(await bea.held()).toEqual(nothing)
  })

  it('move a call to another device', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    const second = await Person.arrive(browser, server.url)
    await second.signIn('bea')
    await second.press('Take over here')
    await second.isIn('active')
    await bea.isIn('elsewhere')
    await Promise.all([ada.hears(), second.hears()])
    expect(await bea.held()).toEqual(nothing)
    await second.press('Hang up')
    await ada.isIn('ended')
    expect(await ada.held()).toEqual(nothing)
    await second.leave()
  })

  it('are told at once when the other person is away', async () => {
    await bea.page.goto('about:blank')
    await ada.dial('Bea', 'audio', 'Offline')
    await ada.isIn('ended')
    expect(await ada.lastRecord()).toMatchObject({ reason: 'unreachable' })
    await ada.call.getByText('None of their devices is online').first().waitFor()
    expect(await ada.held()).toEqual(nothing)
    await bea.page.goto('/')
    await bea.page.getByLabel('Search people').waitFor()
  })

  it('are not disturbed by a second caller, and are busy for a third', async () => {
    const [cid, dot] = await Promise.all([
      Person.arrive(browser, server.url),
      Person.arrive(browser, server.url),
    ])
    await Promise.all([cid.signUp('Cid', 'cid'), dot.signUp('Dot', 'dot')])
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await cid.dial('Bea', 'audio')
    await bea.isCalled()
    await dot.dial('Bea', 'audio')
    await dot.isIn('ended')
    expect(await dot.lastRecord()).toMatchObject({ reason: 'busy' })
    await dot.call
      .getByText(/in another call|busy/i)
      .first()
      .waitFor()
    await bea.press('Decline')
    await cid.isIn('ended')
    await Promise.all([ada.hears(), bea.hears()])
    await bea.press('Hang up')
    await ada.isIn('ended')
    await Promise.all([cid.leave(), dot.leave()])
  })

  it('leave nothing behind in twenty calls', { timeout: 240_000 }, async () => {
    for (let i = 0; i < 20; i++) {
      // The caller alternates: the server limits the calls that one person makes in a row.
      const [from, to] = i % 2 === 0 ? [ada, bea] : [bea, ada]
      await from.dial(to.name, i % 4 < 2 ? 'video' : 'audio')
      await to.isCalled()
      await to.press('Answer')
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      const [one, other] = i % 4 === 0 || i % 4 === 3 ? [ada, bea] : [bea, ada]
      await one.press('Hang up')
      await other.isIn('ended')
      await Promise.all([ada.putsAway(), bea.putsAway()])
    }
    expect(await ada.held()).toEqual(nothing)
    expect(await bea.held()).toEqual(nothing)
  })

  it('do not ring forever', async () => {
    const impatient = await Server.start({ 'ring-limit': '10' })
    const [dan, eva] = await Promise.all([
      Person.arrive(browser, impatient.url),
      Person.arrive(browser, impatient.url),
    ])
    await eva.signUp('Eva', 'eva')
    await dan.signUp('Dan', 'dan')
    await Promise.all([eva.isCalled(), dan.dial('Eva', 'audio')])
    await dan.call.getByText('No answer').waitFor()
    expect(await dan.lastRecord()).toMatchObject({ reason: 'no_answer' })
    await eva.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached' })
    expect(await eva.held()).toEqual(nothing)
    await Promise.all([dan.leave(), eva.leave()])
    await impatient.stop()
  })

  it('continue to talk while the server restarts', async () => {
    await ada.dial('Bea', 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await server.kill()
    await bea.hears()
    await server.run()
    await ada.page.waitForFunction(() => window.parleyKit.held.count().sockets === 1)
    await bea.hears()
    await ada.isIn('active')
    await ada.press('Hang up')
    await bea.isIn('ended')
    expect(await bea.held()).toEqual(nothing)
  })
})
