// What goes wrong around a page, as a test wants it: devices that come, go and fail, a screen that is
// shared no more, a tab in the background, and sound that starts late.
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

/** One of each kind, all allowed, unless told otherwise. */
export type HardwareOptions = Partial<HardwareState>

const usual: HardwareState = {
  devices: [micA, camA, speakerA],
  defaults: {},
  permissions: { microphone: 'granted', camera: 'granted' },
  behaviours: {},
}

/** The request fails with this; `times` means that later ones are granted again. */
export function fails(
  name: string,
  more: Omit<Extract<Behaviour, { does: 'fails' }>, 'does' | 'name'> = {},
): Behaviour {
  return { does: 'fails', name, ...more }
}
export function opensAfter(afterMs: number): Behaviour {
  return { does: 'opens', afterMs }
}
/** Until `hardware.grant()` or one of its kind; perhaps never. */
export const waits: Behaviour = { does: 'waits' }

/** Puts the scripts in every page of a browser context, before the app. */
export async function prepare(
  context: BrowserContext,
  hardware: HardwareOptions | undefined,
): Promise<void> {
  const state = { ...usual, ...hardware }
  const call = (install: (...options: never[]) => void, ...options: unknown[]) =>
    `(${String(install)})(${options.map((option) => JSON.stringify(option)).join(', ')});`
  // Chromium's own devices stay where no others are wanted.
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
  // A page that is still empty has neither devices nor a store, and no app.
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

  /** Devices come; the page gets one event for all of them. */
  async plug(...devices: readonly FakeDevice[]): Promise<void> {
    await this.#page.evaluate((all) => window.parleyKit.devices.plug(all), devices)
  }
  /** Devices go, and the tracks that they captured end; one event for all of them. */
  async unplug(...ids: readonly string[]): Promise<void> {
    await this.#page.evaluate((all) => window.parleyKit.devices.unplug(all), ids)
  }
  /** The system prefers another device; the page gets so many events. */
  async setDefault(kind: DeviceKind, id: string, events = 1): Promise<void> {
    await this.#page.evaluate(
      ([kind, id, events]) => {
        window.parleyKit.devices.setDefault(kind, id)
        window.parleyKit.devices.changed(events)
      },
      [kind, id, events] as const,
    )
  }
  /** So many events at once, of a list that is the same as before. */
  async deviceChanges(events = 1): Promise<void> {
    await this.#page.evaluate((times) => window.parleyKit.devices.changed(times), events)
  }
  /** Tracks of a device end although it stays in the list, as when a driver crashes. */
  async end(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.end(device), id)
  }
  /** A source falls silent without ending: a key on the headset, a lid over the lens. */
  async mute(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.mute(device, true), id)
  }
  async unmute(id: string): Promise<void> {
    await this.#page.evaluate((device) => window.parleyKit.sources.mute(device, false), id)
  }

  /**
   * What becomes of requests, for one device or all of a kind, or of the `list`; nothing makes them
   * work again.
   */
  async script(target: string, behaviour?: Behaviour): Promise<void> {
    await this.#page.evaluate(([name, does]) => window.parleyKit.requests.set(name, does), [
      target,
      behaviour,
    ] as const)
  }
  /** Settles every request that waits; answers how many there were. */
  grant(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('grant'))
  }
  /** The person says no, once and for all. */
  deny(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('deny'))
  }
  /** The person closes the prompt. */
  dismiss(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.devices.answer('dismiss'))
  }
  /** A permission changes in the browser's own settings; taking it away ends the tracks. */
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
  /** A choice in the browser's picker, where it waits. */
  share(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.screen.answer('share'))
  }
  cancel(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.screen.answer('cancel'))
  }
  /** The browser's own bar: the track ends, and nobody asks the page. */
  async stopFromTheBar(): Promise<void> {
    await this.#page.evaluate(() => window.parleyKit.screen.stop())
  }
  async requests(): Promise<readonly Request[]> {
    return (await allRequests(this.#page)).filter(({ source }) => source === 'screen')
  }
}

/** The tab as the browser treats it. */
export class Tab {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Goes to the background: timers that are due fire together, once in so many milliseconds. */
  async hide(granularityMs = 60_000): Promise<void> {
    await this.#page.evaluate((ms) => window.parleyKit.tab.hide(ms), granularityMs)
  }
  /** How often its timers fired. */
  rounds(): Promise<number> {
    return this.#page.evaluate(() => window.parleyKit.tab.rounds())
  }
  /** Comes back: what is due fires at once. */
  async show(): Promise<void> {
    await this.#page.evaluate(() => window.parleyKit.tab.show())
  }
}

/** What comes out of the loudspeakers. */
export class Sound {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** From now on, sound starts so much later than the page asks for it. */
  async startsLate(ms: number): Promise<void> {
    await this.#page.evaluate((delay) => window.parleyKit.sound.delay(delay), ms)
  }
}

function allRequests(page: Page): Promise<readonly Request[]> {
  return page.evaluate(() => window.parleyKit.requests.all())
}

export type { Behaviour, FakeDevice, Kit, Request }
