// Calls between two pages without the app, for comparison: one connection, and no recovery beyond what
// the browser does by itself.
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

/** A call that rings, as most programs set it up: the caller offers once it was answered. */
export type PlainRinging = PlainCall & {
  /** Presses "Answer" at b, and returns the moment. */
  answer(): Promise<number>
}

/** `delay_ms` is what each message takes from one page to the other. */
export async function plainRinging(
  browsers: readonly [Browser, Browser],
  url: string,
  delay_ms: number,
): Promise<PlainRinging> {
  const [a, b] = await Promise.all(browsers.map((browser) => openPage(browser, url)))
  if (!a || !b) throw new Error('there are two sides')
  await Promise.all([connect(a, b, delay_ms), connect(b, a, delay_ms)])
  await Promise.all([a, b].map((page) => page.evaluate(wait)))
  await a.evaluate(() => window.plainPage?.open())
  const people = [
    { page: a, name: 'a' },
    { page: b, name: 'b' },
  ] as const
  return {
    people,
    answer: () => b.evaluate(answer),
    end: async () => void (await Promise.all([a, b].map((page) => page.context().close()))),
  }
}

/** Messages of one page reach the other one later. */
async function connect(from: Page, to: Page, delay_ms: number): Promise<void> {
  await from.exposeFunction('send', (message: Message) => {
    setTimeout(() => {
      void to.evaluate((it) => window.plainPage?.receive(it), message).catch(() => undefined)
    }, delay_ms)
  })
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone', 'camera'] })
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

type Message =
  | { readonly type: 'accept' }
  | { readonly type: 'description'; readonly description: RTCSessionDescriptionInit }
  | { readonly type: 'candidate'; readonly candidate: RTCIceCandidateInit }

declare global {
  interface Window {
    send?: (message: Message) => void
    plainPage?: { open(): Promise<void>; receive(message: Message): Promise<void> }
  }
}

/** The page of a call that rings: it opens its devices and sends what it is told to. */
function wait(): void {
  const connection = new RTCPeerConnection()
  connection.onicecandidate = ({ candidate }) => {
    if (candidate) window.send?.({ type: 'candidate', candidate: candidate.toJSON() })
  }
  connection.ontrack = ({ streams: [remote] }) => {
    const player = document.createElement('video')
    player.srcObject = remote ?? null
    document.body.append(player)
    void player.play()
  }
  const describe = async () => {
    await connection.setLocalDescription()
    window.send?.({ type: 'description', description: connection.localDescription!.toJSON() })
  }
  window.plainPage = {
    async open() {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
      for (const track of stream.getTracks()) connection.addTrack(track, stream)
    },
    async receive(message) {
      if (message.type === 'accept') return describe()
      if (message.type === 'candidate') return connection.addIceCandidate(message.candidate)
      await connection.setRemoteDescription(message.description)
      if (message.description.type === 'offer') await describe()
    },
  }
  window.parleyKit = { held: { connections: () => [connection] } } as unknown as Window['parleyKit']
}

function answer(): number {
  const at = Date.now()
  void window.plainPage?.open().then(() => window.send?.({ type: 'accept' }))
  return at
}
