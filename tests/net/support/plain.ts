// A call between two pages without the app, for comparison: one connection, one track of sound, and no
// recovery beyond what the browser does by itself.
import type { Browser, Page } from 'playwright-core'
import { listens, type Listener } from './media'

export type PlainCall = {
  readonly people: readonly [Listener, Listener]
  end(): Promise<void>
}

/** `url` is any address at which pages may use the microphone. */
export async function plainCall(
  browsers: readonly [Browser, Browser],
  url: string,
): Promise<PlainCall> {
  const [a, b] = await Promise.all(browsers.map((browser) => openPage(browser, url)))
  if (!a || !b) throw new Error('there are two sides')
  await Promise.all([a, b].map((page) => page.evaluate(prepare)))
  const offer = await a.evaluate(describe, undefined)
  const answer = await b.evaluate(describe, offer)
  await a.evaluate(accept, answer)
  const people = [
    { page: a, name: 'a' },
    { page: b, name: 'b' },
  ] as const
  await listens(...people)
  return {
    people,
    end: async () => void (await Promise.all([a, b].map((page) => page.context().close()))),
  }
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone'] })
  const page = await context.newPage()
  await page.goto(url)
  return page
}

// These run in the page.

async function prepare(): Promise<void> {
  const connection = new RTCPeerConnection()
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  for (const track of stream.getTracks()) connection.addTrack(track, stream)
  connection.ontrack = ({ streams: [remote] }) => {
    const player = new Audio()
    player.srcObject = remote ?? null
    void player.play()
  }
  // The part of the tests' interface that counting needs.
  window.parleyKit = { held: { connections: () => [connection] } } as unknown as Window['parleyKit']
}

/** Makes an offer, or the answer to one, with all candidates. */
async function describe(offer: string | undefined): Promise<string> {
  const [connection] = window.parleyKit.held.connections()
  if (!connection) throw new Error('not prepared')
  if (offer !== undefined) await connection.setRemoteDescription({ type: 'offer', sdp: offer })
  await connection.setLocalDescription()
  await new Promise<void>((resolve) => {
    const check = () => connection.iceGatheringState === 'complete' && resolve()
    connection.onicegatheringstatechange = check
    check()
  })
  return connection.localDescription?.sdp ?? ''
}

async function accept(answer: string): Promise<void> {
  const [connection] = window.parleyKit.held.connections()
  await connection?.setRemoteDescription({ type: 'answer', sdp: answer })
}
