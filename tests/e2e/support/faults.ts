// Faults around a page that a test controls: devices that come, go and fail, a shared screen that
// ends, a tab in the background, and sound that starts late.
import type { BrowserContext, Page } from 'playwright-core'
import { installDevices } from './page/devices'
import { installFrames } from './page/frames'
import { installHeld } from './page/held'
import { installRequests } from './page/requests'
import { installRtp } from './page/rtp'
import { installScreen } from './page/screen'
import { installSound } from './page/sound'
import { installSources } from './page/sources'
import { installTab } from './page/tab'
import type {
  Behaviour,
  DeviceKind,
  FakeDevice,
  HardwareState,
  Kit,
  PermissionKind,
  Request,
} from './page/types'

export const micA: FakeDevice = {
  kind: 'microphone',
  id: 'mic-a',
  label: 'Desk microphone',
  group: 'desk',
  hz: 500,
}
export const micB: FakeDevice = {
  kind: 'microphone',
  id: 'mic-b',
  label: 'Headset microphone',
  group: 'headset',
  hz: 1000,
}
export const camA: FakeDevice = {
  kind: 'camera',
  id: 'cam-a',
  label: 'Built-in camera',
  group: 'screen',
  colour: 'red',
}
export const camB: FakeDevice = {
  kind: 'camera',
  id: 'cam-b',
  label: 'Desk camera',
  group: 'desk',
  colour: 'blue',
}
export const speakerA: FakeDevice = {
  kind: 'speaker',
  id: 'speaker-a',
  label: 'Desk speaker',
  group: 'desk',
}
export const speakerB: FakeDevice = {
  kind: 'speaker',
  id: 'speaker-b',
  label: 'Headset speaker',
  group: 'headset',
}

/** One device of each kind, all allowed, unless the test says otherwise. */
export type HardwareOptions = Partial<HardwareState>

const usual: HardwareState = {
  devices: [micA, camA, speakerA],
  defaults: {},
  permissions: { microphone: 'granted', camera: 'granted' },
  behaviours: {},
}

/** The request fails with this error; after `times` failures later requests are granted. */
export function fails(
  name: string,
  more: Omit<Extract<Behaviour, { does: 'fails' }>, 'does' | 'name'> = {},
): Behaviour {
  return { does: 'fails', name, ...more }
}
export function opensAfter(afterMs: number): Behaviour {
  return { does: 'opens', afterMs }
}
/** The request waits until `hardware.grant()` or a similar call, possibly forever. */
export const waits: Behaviour = { does: 'waits' }

/** Puts the scripts in every page of a browser context, before the app. */
export async function prepare(
  context: BrowserContext,
  hardware: HardwareOptions | undefined,
): Promise<void> {
  const state = { ...usual, ...hardware }
  const call = (install: (...options: never[]) => void, ...options: unknown[]) =>
    `(${String(install)})(${options.map((option) => JSON.stringify(option)).join(', ')});`
  // Chromium's own devices stay if the test gives none.
  const faults = [
    call(installRequests, 'test.requests', state.behaviours),
    call(installSources),
    call(installDevices, 'test.devices', state),
    call(installScreen),
  ]
  const parts = [
    ...(hardware ? faults : []),
    call(installHeld),
    call(installRtp),
    call(installFrames),
    ...(hardware ? [call(installTab), call(installSound)] : []),
  ]
  // An empty page has neither devices nor storage, and no app.
  await context.addInitScript(
    `if (location.protocol !== 'about:') { window.parleyKit = {}; ${parts.join('\n')} }`,
  )
}

/** The devices of a page. */
export class Hardware {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Adds devices; the page gets one event for all of them. */
  async plug(...devices: readonly FakeDevice[]): Promise<void> {
    await this.#page.evaluate((all) => window.parleyKit.devices.plug(all), devices)
  }
  /** Removes devices and ends their tracks; one event for all of them. */
  async unplug(...ids: readonly string[]): Promise<void> {
    await this.#page.evaluate((all) => window.parleyKit.devices.unplug(all), ids)
  }
  /** The system prefers another device; the page gets this many events. */
  async setDefault(kind: DeviceKind, id: string, events = 1): Promise<void> {
    await this.#page.evaluate(
      ([kind, id, events]) => {
        window.parleyKit.devices.setDefault(kind, id)
        window.parleyKit.devices.changed(events)
      },
      [kind, id, events] as const,
    )
  }
  /** Fires this many events at once, for an unchanged list. */
  async deviceChanges(events = 1): Promise<void> {
    await this.#page.evaluate((times) => window.parleyKit.devices.changed(times), events)
  }
  /** Ends tracks of a device that stays in the list, as after a crash of a driver. */
  async end(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.end(device), id)
  }
  /** Silences a source without ending it: a key on the headset, a cover on the lens. */
  async mute(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.mute(device, true), id)
  }
  async unmute(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.mute(device, false), id)
  }

  /**
   * The result of requests for one device, all of a kind, or the `list`; without a result they work
   * again.
   */
  async script(target: string, behaviour?: Behaviour): Promise<void> {
    await this.#page.evaluate(([name, does]) => window.parleyKit.requests.set(name, does), [
      target,
      behaviour,
    ] as const)
  }
  /** Settles every waiting request; returns how many there were. */
  grant(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('grant'))
  }
  /** The person denies the permission permanently. */
  deny(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('deny'))
  }
  /** The person closes the prompt without an answer. */
  dismiss(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('dismiss'))
  }
  /** Changes a permission in the browser's settings; removing it ends the tracks. */
  async permit(kind: PermissionKind, state: PermissionState): Promise<void> {
    await this.#page.evaluate(([what, now]) => window.parleyKit.devices.permit(what, now), [
      kind,
      state,
    ] as const)
  }
  /** Every request of the page for devices, oldest first. */
  async requests(): Promise<readonly Request[]> {
    return (await allRequests(this.#page)).filter(({ source }) => source === 'devices')
  }
}

/** The screen that a page may share. */
export class Screen {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async script(behaviour?: Behaviour): Promise<void> {
    await this.#page.evaluate((does) => window.parleyKit.requests.set('screen', does), behaviour)
  }
  /** A choice in the browser's picker, if it is open. */
  share(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.screen.answer('share'))
  }
  cancel(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.screen.answer('cancel'))
  }
  /** The browser's own bar ends the track, without a question to the page. */
  async stopFromTheBar(): Promise<void> {
    await this.#page.evaluate(() => window.parleyKit.screen.stop())
  }
  async requests(): Promise<readonly Request[]> {
    return (await allRequests(this.#page)).filter(({ source }) => source === 'screen')
  }
}

/** The state of the tab in the browser. */
export class Tab {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Moves the tab to the background: due timers fire together, once in this many milliseconds. */
  async hide(granularityMs = 60_000): Promise<void> {
    await this.#page.evaluate((ms) => window.parleyKit.tab.hide(ms), granularityMs)
  }
  /** How often its timers have fired. */
  rounds(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.tab.rounds())
  }
  /** Moves the tab to the front: due timers fire at once. */
  async show(): Promise<void> {
    await this.#page.evaluate(() => window.parleyKit.tab.show())
  }
}

/** The sound output of the page. */
export class Sound {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** From now on, sound starts this much later than the page requests it. */
  async startsLate(ms: number): Promise<void> {
    await this.#page.evaluate((delay) => window.parleyKit.sound.delay(delay), ms)
  }
}

function allRequests(page: Page): Promise<readonly Request[]> {
  return page.evaluate(() => window.parleyKit.requests.all())
}

export type { Behaviour, FakeDevice, Kit, Request }
