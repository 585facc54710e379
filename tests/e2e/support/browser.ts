// A browser with a fake microphone and a fake camera, and people who use it.
import {
  chromium,
  type Browser,
  type BrowserContext,
  type LaunchOptions,
  type Locator,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'
import { browserSettings, fakeDevices } from '../../chromium.mjs'
import { Hardware, prepare, Screen, Sound, Tab, type HardwareOptions } from './faults'
import type { Held, LocalTrack, Watched } from './page/types'
import { until } from './until'

/** With `args` for the browser, and settings of Playwright that differ from the usual ones. */
export function launch(
  args: readonly string[] = [],
  settings: LaunchOptions = {},
): Promise<Browser> {
  return chromium.launch({ ...browserSettings(...fakeDevices, ...args), ...settings })
}

/** The fields of a call record that tests use. */
export type CallRecord = {
  readonly call: string
  readonly reason: string
  readonly lasted_ms?: number
}

/** A person at a browser of their own. */
export class Person {
  readonly page: Page
  /** The address of the app. */
  readonly url: string
  /** Every error and warning of the page. */
  readonly complaints: string[] = []
  readonly lines: string[] = []
  /** The name by which others find this person. */
  name = ''
  readonly hardware: Hardware
  readonly screen: Screen
  readonly tab: Tab
  readonly sound: Sound
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.url = url
    this.#context = context
    this.page = page
    this.hardware = new Hardware(page)
    this.screen = new Screen(page)
    this.tab = new Tab(page)
    this.sound = new Sound(page)
    page.on('console', (message) => {
      this.lines.push(`${message.type()}: ${message.text()}`)
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  /** With `hardware`, the page gets devices, a tab state and sound that the test controls. */
  static async arrive(browser: Browser, url: string, hardware?: HardwareOptions): Promise<Person> {
    const context = await browser.newContext({
      baseURL: url,
      permissions: ['camera', 'microphone'],
    })
    await prepare(context, hardware)
    return new Person(context, await context.newPage(), url)
  }

  /** Another tab of the same browser, where this person is already signed in. */
  async openTab(): Promise<Person> {
    const tab = new Person(this.#context, await this.#context.newPage(), this.url)
    await tab.page.goto('/')
    await tab.isOnline()
    return tab
  }

  /** A duplicate of the tab, with a copy of the page's storage, as browsers make it. */
  async duplicateTab(): Promise<Person> {
    const opened = this.#context.waitForEvent('page')
    await this.page.evaluate(() => void window.open(location.href))
    const tab = new Person(this.#context, await opened, this.url)
    await tab.page.getByLabel('Search people').waitFor()
    return tab
  }

  /** Makes the browser refuse a device from now on, as if it were missing or not allowed. */
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
    await this.isOnline()
  }

  async signUp(name: string, user: string): Promise<void> {
    await this.page.goto('/#/sign-up')
    await this.joins(name, user)
  }

  /** Fills in the sign-up that the page shows. */
  async joins(name: string, user: string): Promise<void> {
    this.name = name
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByLabel('User name').fill(user)
    await this.page.getByLabel('Password', { exact: true }).fill('correct horse')
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.isOnline()
  }

  /**
   * Kills the process of the page; returns a function that loads it again, as a browser restores a
   * tab, and shows its call. The old page can't be used after that.
   */
  async crash(): Promise<() => Promise<{ phase(): Promise<string | undefined> }>> {
    const session = await this.#context.newCDPSession(this.page)
    const crashed = this.page.waitForEvent('crash')
    session.send('Page.crash').catch(() => undefined) // the dead page sends no answer
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

  /** Calls a person from the list of people, once they have the expected status. */
  async dial(
    name: string,
    kind: 'audio' | 'video',
    presence: 'Online' | 'Offline' = 'Online',
  ): Promise<void> {
    await this.page.getByLabel('Search people').fill(name)
    // The list gets shorter during a search, so a button may move before it is pressed.
    const rows = this.page.getByRole('main').getByRole('listitem')
    await rows.filter({ hasNotText: name }).first().waitFor({ state: 'detached' })
    const row = rows.filter({ hasText: name })
    await row.getByText(presence, { exact: true }).waitFor()
    const label = kind === 'video' ? `Video call ${name}` : `Call ${name}`
    await this.page.getByRole('button', { name: label, exact: true }).click()
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click()
  }

  pressTwice(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).dblclick()
  }

  /** Waits until the server has told the page its user. */
  async isOnline(): Promise<void> {
    await this.page.getByText(/^Settings for /).waitFor({ state: 'attached' })
  }

  /** Closes the last screen of a call, which may close by itself in the meantime. */
  async putsAway(): Promise<void> {
    await this.page.evaluate(() => {
      const actions = document.querySelector('.parley-ended-actions')
      if (!actions) return
      const buttons = [...actions.querySelectorAll('button')]
      const close = buttons.find(({ innerText }) => innerText.trim() === 'Close')
      if (!close) throw new Error('nothing closes the call')
      close.click()
    })
    await this.call.waitFor({ state: 'detached' })
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

  /** Waits until this many frames of the other side's picture were shown. */
  async sees(frames = 10): Promise<void> {
    await this.page.waitForFunction((most) => {
      const video = document.querySelector<HTMLVideoElement>('.parley-remote-video')
      return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) >= most
    }, frames)
  }

  /** Waits until the other side's picture is shown and moves. */
  async showsPicture(): Promise<void> {
    await this.page.locator('.parley-call[data-picture="on"]').waitFor()
    const before = await this.page.evaluate(frames)
    await this.page.waitForFunction(
      (last) =>
        (document.querySelector<HTMLVideoElement>('.parley-remote-video')?.getVideoPlaybackQuality()
          .totalVideoFrames ?? 0) > last,
      before,
    )
  }

  /** Sound energy received so far, over all connections of the page. */
  heard(): Promise<number> {
    return this.page.evaluate(() => window.parleyKit.held.heard())
  }

  /** Waits until new sound arrives. */
  async hears(): Promise<void> {
    const before = await this.heard()
    await until(
      () => this.heard(),
      (now) => expect(now, 'sound energy').toBeGreaterThan(before + 1e-4),
    )
  }

  /** Packets of sound received so far, over all connections of the page. */
  packets(): Promise<number> {
    return this.page.evaluate(() => window.parleyKit.held.packets())
  }

  /** The tones that play now, and those that were started since the page was loaded. */
  tones(): Promise<{ readonly now: readonly string[]; readonly ever: readonly string[] }> {
    return this.page.evaluate(() => window.parleyKit.held.tones())
  }

  /**
   * Plays every element that ever had a source, as a media key does; returns the tones that play
   * then.
   */
  async playsAll(): Promise<readonly string[]> {
    await this.page.evaluate(() => window.parleyKit.held.playAll())
    return (await this.tones()).now
  }

  /** How often the page sent a message of this type to the server, with replays. */
  said(type: string): Promise<number> {
    return this.page.evaluate((wanted) => window.parleyKit.held.said(wanted), type)
  }

  /** How often the page requested devices. */
  asked(): Promise<number> {
    return this.page.evaluate(() => window.parleyKit.held.asked())
  }

  /** How many sockets and connections the page has opened so far. */
  opened(): Promise<{ readonly sockets: number; readonly connections: number }> {
    return this.page.evaluate(() => window.parleyKit.held.opened())
  }

  /** Records what every frame shows from now on. */
  async watchFrames(what: Watched): Promise<void> {
    await this.page.evaluate((watched) => window.parleyKit.frames.watch(watched), what)
  }
  /** What the frames have shown so far, without repetitions. */
  framesSeen(): Promise<readonly Readonly<Record<string, string>>[]> {
    return this.page.evaluate(() => window.parleyKit.frames.seen())
  }

  /** Counts, from now on, the most connections that sent sound at the same time. */
  watchSenders(): Promise<void> {
    return this.page.evaluate(() => window.parleyKit.held.watchSenders())
  }
  mostSending(): Promise<number> {
    return this.page.evaluate(() => window.parleyKit.held.mostSending())
  }

  /** The newest call in this person's history, from the server. */
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
    return this.page.evaluate(() => window.parleyKit.held.count())
  }

  /** What the page still holds without a call, as text; empty when all is released. */
  leaks(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.parleyKit.held.leaks())
  }

  /** Waits until a call is released: no connection, track, tone or element, and one socket. */
  async holdsNothing(): Promise<void> {
    await until(
      () => this.leaks(),
      (held) => expect(held).toEqual([]),
    )
  }

  /** Every local track that the page ever had. */
  tracks(): Promise<readonly LocalTrack[]> {
    return this.page.evaluate(() => window.parleyKit.held.tracks())
  }

  /** How many camera lights are on: a light is on until the last clone of its track is stopped. */
  async lights(): Promise<number> {
    const live = (await this.tracks()).filter(({ kind, source, live }) => {
      return kind === 'video' && source === 'devices' && live
    })
    return new Set(live.map(({ capture }) => capture)).size
  }

  /** The captured devices, in alphabetical order; clones of a track do not count. */
  async captures(): Promise<readonly string[]> {
    const live = (await this.tracks()).filter(({ live, clone }) => live && !clone)
    const nameOf = ({ source, kind }: LocalTrack) =>
      source === 'screen' ? 'screen' : kind === 'audio' ? 'microphone' : 'camera'
    return live.map(nameOf).sort()
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
