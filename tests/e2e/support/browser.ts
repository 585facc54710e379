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

/** As much of a record as tests look at. */
export type CallRecord = {
  readonly call: string
  readonly reason: string
  readonly lasted_ms?: number
}

/** A person at a browser of their own. */
export class Person {
  readonly page: Page
  /** Everything the page complained about. */
  readonly complaints: string[] = []
  readonly lines: string[] = []
  /** What others find this person by. */
  name = ''
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

  /** One more tab of the same browser, where this person is signed in already. */
  async openTab(): Promise<Person> {
    const tab = new Person(this.#context, await this.#context.newPage())
    await tab.page.goto('/')
    await tab.page.getByLabel('Search people').waitFor()
    return tab
  }

  /** The tab once more, with a copy of what the page has stored: as browsers duplicate a tab. */
  async duplicateTab(): Promise<Person> {
    const opened = this.#context.waitForEvent('page')
    await this.page.evaluate(() => void window.open(location.href))
    const tab = new Person(this.#context, await opened)
    await tab.page.getByLabel('Search people').waitFor()
    return tab
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
    this.name = name
    await this.page.goto('/#/sign-up')
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByLabel('User name').fill(user)
    await this.page.getByLabel('Password', { exact: true }).fill('correct horse')
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.page.getByLabel('Search people').waitFor()
  }

  /**
   * Kills the process of the page; answers with how to load it anew, as a browser restores a tab, and
   * look at its call. The page itself is of no more use.
   */
  async crash(): Promise<() => Promise<{ phase(): Promise<string | undefined> }>> {
    const session = await this.#context.newCDPSession(this.page)
    const crashed = this.page.waitForEvent('crash')
    session.send('Page.crash').catch(() => undefined) // nobody is left to answer
    await crashed
    return async () => {
      await session.send('Page.reload')
      return {
        async phase() {
          const { result } = await session.send('Runtime.evaluate', {
            expression: `document.querySelector('.parley-call')?.dataset.phase`,
          })
          return result.value as string | undefined
        },
      }
    }
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

  /** At a moment in Unix milliseconds, so that two people can press at once. */
  pressAt(moment: number, name: string): Promise<void> {
    return this.page
      .getByRole('button', { name, exact: true })
      .evaluate(async (button: HTMLElement, at) => {
        await new Promise((resolve) => setTimeout(resolve, at - Date.now()))
        button.click()
      }, moment)
  }

  pressTwice(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).dblclick()
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

  /** Waits until the other side's picture is shown and moves. */
  async showsPicture(): Promise<void> {
    await this.page.locator('.parley-call[data-picture="on"]').waitFor({ timeout: 5000 })
    const before = await this.page.evaluate(frames)
    await this.page.waitForFunction(
      (last) =>
        (document.querySelector<HTMLVideoElement>('.parley-remote-video')?.getVideoPlaybackQuality()
          .totalVideoFrames ?? 0) > last,
      before,
      { timeout: 5000 },
    )
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

  /** Packets of sound received so far, over all connections of the page. */
  packets(): Promise<number> {
    return this.page.evaluate(() => window.parleyHeld.packets())
  }

  /** The tones that sound now, and those that were started since the page was loaded. */
  tones(): Promise<{ readonly now: readonly string[]; readonly ever: readonly string[] }> {
    return this.page.evaluate(() => window.parleyHeld.tones())
  }

  /** How often the page said something of this type to the server, replays included. */
  said(type: string): Promise<number> {
    return this.page.evaluate((wanted) => window.parleyHeld.said(wanted), type)
  }

  /** How often the page asked the browser for devices. */
  asked(): Promise<number> {
    return this.page.evaluate(() => window.parleyHeld.asked())
  }

  /** From now on, the most connections that sent sound at the same time. */
  watchSenders(): Promise<void> {
    return this.page.evaluate(() => window.parleyHeld.watchSenders())
  }
  mostSending(): Promise<number> {
    return this.page.evaluate(() => window.parleyHeld.mostSending())
  }

  /** The newest call in this person's history, as the server tells it. */
  async lastRecord(): Promise<unknown> {
    return (await this.records())[0]
  }

  /** The calls in this person's history, newest first. */
  records(): Promise<readonly CallRecord[]> {
    return this.page.evaluate(async () => {
      const token = localStorage.getItem('parley.token') ?? ''
      const answer = await fetch('/api/calls', { headers: { Authorization: `Bearer ${token}` } })
      return ((await answer.json()) as { calls: CallRecord[] }).calls
    })
  }

  held(): Promise<Held> {
    return this.page.evaluate(() => window.parleyHeld.count())
  }

  async leave(): Promise<void> {
    await this.#context.close()
  }
}

/** Frames of the other side's picture that were shown. Runs in the page. */
function frames(): number {
  const video = document.querySelector<HTMLVideoElement>('.parley-remote-video')
  return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0
}

declare global {
  interface Window {
    parleyHeld: {
      count(): Held
      heard(): Promise<number>
      packets(): Promise<number>
      tones(): { now: string[]; ever: string[] }
      said(type: string): number
      asked(): number
      watchSenders(): void
      mostSending(): number
    }
  }
}

/** Runs in the page before the app: keeps what it opens, for a look. */
function watchResources(): void {
  const connections: RTCPeerConnection[] = []
  const tracks: MediaStreamTrack[] = []
  const sockets: WebSocket[] = []
  const said = new Map<string, number>()
  const sounding = new Map<AudioBufferSourceNode, string>()
  const tones: string[] = []
  let asked = 0
  let mostSending = 0

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
    override send(data: string): void {
      const { type } = JSON.parse(data) as { type: string }
      said.set(type, (said.get(type) ?? 0) + 1)
      super.send(data)
    }
  }
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices) {
    const open = devices.getUserMedia.bind(devices)
    devices.getUserMedia = async (constraints) => {
      asked += 1
      const stream = await open(constraints)
      tracks.push(...stream.getTracks())
      return stream
    }
  }
  // Tones are told apart by how long one round of each takes.
  const rounds: Readonly<Record<string, string>> = {
    '3.2': 'ringtone',
    '4.0': 'ringback',
    '5.0': 'waiting',
    '0.7': 'ended',
  }
  const { start, stop } = AudioBufferSourceNode.prototype
  AudioBufferSourceNode.prototype.start = function (...when) {
    const tone = rounds[(this.buffer?.duration ?? 0).toFixed(1)] ?? 'unknown'
    tones.push(tone)
    sounding.set(this, tone)
    this.addEventListener('ended', () => sounding.delete(this))
    start.apply(this, when)
  }
  AudioBufferSourceNode.prototype.stop = function (...when) {
    sounding.delete(this)
    stop.apply(this, when)
  }
  const total = async (of: (entry: RTCInboundRtpStreamStats) => number | undefined) => {
    let sum = 0
    for (const connection of connections) {
      const stats = await connection.getStats()
      stats.forEach((entry: RTCInboundRtpStreamStats) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') sum += of(entry) ?? 0
      })
    }
    return sum
  }
  const sendsSound = (connection: RTCPeerConnection) =>
    connection.signalingState !== 'closed' &&
    connection
      .getSenders()
      .some(({ track }) => track?.kind === 'audio' && track.readyState === 'live' && track.enabled)

  window.parleyHeld = {
    count: () => ({
      connections: connections.filter(({ signalingState }) => signalingState !== 'closed').length,
      tracks: tracks.filter(({ readyState }) => readyState === 'live').length,
      sockets: sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length,
    }),
    heard: () => total((entry) => entry.totalAudioEnergy),
    packets: () => total((entry) => entry.packetsReceived),
    tones: () => ({ now: [...sounding.values()], ever: [...tones] }),
    said: (type) => said.get(type) ?? 0,
    asked: () => asked,
    watchSenders() {
      mostSending = 0
      setInterval(() => {
        mostSending = Math.max(mostSending, connections.filter(sendsSound).length)
      }, 20)
    },
    mostSending: () => mostSending,
  }
}
