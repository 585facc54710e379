// A browser with a microphone and a camera that are not there, and people who use it.
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
} from 'playwright-core'

/** Headless, silent, and with the real addresses of this machine in its candidates. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

export function launch(): Promise<Browser> {
  const executablePath = process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium'
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

/** What a page holds that must be given back: seen from outside of the app. */
export type Held = {
  readonly connections: number
  readonly tracks: number
  readonly sockets: number
}

/** A person at a browser of their own. */
export class Person {
  readonly page: Page
  /** Everything the page complained about. */
  readonly complaints: string[] = []
  readonly lines: string[] = []
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('console', (message) => {
      this.lines.push(`${message.type()}: ${message.text()}`)
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  static async arrive(browser: Browser, url: string): Promise<Person> {
    const context = await browser.newContext({
      baseURL: url,
      permissions: ['camera', 'microphone'],
    })
    await context.addInitScript(watchResources)
    return new Person(context, await context.newPage())
  }

  /** Has the browser refuse a device from now on, as if there were none or nobody allowed it. */
  async refuse(kind: 'audio' | 'video', exception: string): Promise<void> {
    await this.#context.addInitScript(
      ([refused, name]) => {
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
        navigator.mediaDevices.getUserMedia = (constraints = {}) =>
          constraints[refused]
            ? Promise.reject(new DOMException('as the test wants it', name))
            : open(constraints)
      },
      [kind, exception] as const,
    )
  }

  async signIn(user: string): Promise<void> {
    await this.page.goto('/')
    await this.page.getByLabel('User name').fill(user)
    await this.page.getByLabel('Password', { exact: true }).fill('correct horse')
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await this.page.getByLabel('Search people').waitFor()
  }

  async signUp(name: string, user: string): Promise<void> {
    await this.page.goto('/#/sign-up')
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByLabel('User name').fill(user)
    await this.page.getByLabel('Password', { exact: true }).fill('correct horse')
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.page.getByLabel('Search people').waitFor()
  }

  /** Calls somebody who is in the list of people, once they are shown as expected. */
  async dial(
    name: string,
    kind: 'audio' | 'video',
    presence: 'Online' | 'Offline' = 'Online',
  ): Promise<void> {
    await this.page.getByLabel('Search people').fill(name)
    const row = this.page.getByRole('listitem').filter({ hasText: name })
    await row.getByText(presence, { exact: true }).waitFor()
    const label = kind === 'video' ? `Video call ${name}` : `Call ${name}`
    await this.page.getByRole('button', { name: label, exact: true }).click()
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click()
  }

  /** The call in front. */
  get call(): Locator {
    return this.page.locator('.parley-call')
  }

  /** Waits until the call in front is in this phase. */
  async isIn(phase: string): Promise<void> {
    await this.page.locator(`.parley-call[data-phase="${phase}"]`).waitFor()
  }

  async isCalled(): Promise<void> {
    await this.page.getByRole('dialog', { name: /^Incoming/ }).waitFor()
  }

  /** Waits until so many frames of the other side's picture were shown. */
  async sees(frames = 10): Promise<void> {
    await this.page.waitForFunction((most) => {
      const video = document.querySelector<HTMLVideoElement>('.parley-remote-video')
      return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) >= most
    }, frames)
  }

  /** Sound energy received so far, over all connections of the page. */
  heard(): Promise<number> {
    return this.page.evaluate(() => window.parleyHeld.heard())
  }

  /** Waits until something is heard that was not before. */
  async hears(): Promise<void> {
    const before = await this.heard()
    const end = Date.now() + 8000
    while ((await this.heard()) < before + 1e-4) {
      if (Date.now() > end) throw new Error('nothing is heard')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** The newest call in this person's history, as the server tells it. */
  lastRecord(): Promise<unknown> {
    return this.page.evaluate(async () => {
      const token = localStorage.getItem('parley.token') ?? ''
      const answer = await fetch('/api/calls?limit=1', {
        headers: { Authorization: `Bearer ${token}` },
      })
      const { calls } = (await answer.json()) as { calls: unknown[] }
      return calls[0]
    })
  }

  held(): Promise<Held> {
    return this.page.evaluate(() => window.parleyHeld.count())
  }

  async leave(): Promise<void> {
    await this.#context.close()
  }
}

declare global {
  interface Window {
    parleyHeld: { count(): Held; heard(): Promise<number> }
  }
}

/** Runs in the page before the app: keeps what it opens, for a look. */
function watchResources(): void {
  const connections: RTCPeerConnection[] = []
  const tracks: MediaStreamTrack[] = []
  const sockets: WebSocket[] = []

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
    }
  }
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      sockets.push(this)
    }
  }
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices) {
    const open = devices.getUserMedia.bind(devices)
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints)
      tracks.push(...stream.getTracks())
      return stream
    }
  }
  window.parleyHeld = {
    count: () => ({
      connections: connections.filter(({ signalingState }) => signalingState !== 'closed').length,
      tracks: tracks.filter(({ readyState }) => readyState === 'live').length,
      sockets: sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length,
    }),
    async heard() {
      let energy = 0
      for (const connection of connections) {
        const stats = await connection.getStats()
        stats.forEach((entry: RTCInboundRtpStreamStats) => {
          if (entry.type === 'inbound-rtp' && entry.kind === 'audio') {
            energy += entry.totalAudioEnergy ?? 0
          }
        })
      }
      return energy
    },
  }
}
