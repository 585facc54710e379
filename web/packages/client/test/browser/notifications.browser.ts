// The app's worker and its notifications in a browser that really has them.
import { join } from 'node:path'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
  type Worker,
} from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserSettings } from '../../../../../tests/chromium.mjs'

const web = join(import.meta.dirname, '..', '..', '..', '..')

let vite: ViteDevServer
let browser: Browser
let context: BrowserContext
let base: string

beforeAll(async () => {
  vite = await createServer({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    publicDir: join(web, 'app', 'public'),
    server: { port: 0, host: '127.0.0.1', fs: { strict: false }, hmr: false },
  })
  await vite.listen()
  const address = vite.httpServer?.address()
  if (!address || typeof address === 'string') throw new Error('there is no port')
  base = `http://127.0.0.1:${String(address.port)}`
  browser = await chromium.launch(browserSettings())
})
afterAll(async () => {
  await browser.close()
  await vite.close()
})
beforeEach(async () => {
  context = await browser.newContext()
  return () => context.close()
})

describe('notifications in a browser', () => {
  it('are answered in the page that shows them, and go', async () => {
    await context.grantPermissions(['notifications'], { origin: base })
    const [page, other] = [await tab(), await tab()]
    await page.evaluate(() => window.notifications.notify('first'))
    await taken(page)
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
    await expect.poll(() => shown(worker)).toEqual(['Bea'])
    await other.evaluate(() => window.notifications.notify('second'))
    await taken(other)
    await expect.poll(() => shown(worker)).toEqual(['Bea', 'Bea'])

    await press(worker, 'first', 'answer')
    await expect.poll(() => page.evaluate(() => window.notifications.pressed)).toEqual(['answer'])
    expect(await other.evaluate(() => window.notifications.pressed)).toEqual([])
    await expect.poll(() => shown(worker)).toEqual(['Bea'])

    await other.evaluate(() => window.notifications.hide())
    await expect.poll(() => shown(worker)).toEqual([])
  })

  it('are not shown unless they are allowed', async () => {
    const page = await tab()
    await page.evaluate(() => window.notifications.notify('first'))
    expect(await page.evaluate(() => Notification.permission)).not.toBe('granted')
    expect(await page.evaluate(() => navigator.serviceWorker.getRegistrations())).toEqual([])
  })
})

async function tab(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${base}/notifications.html`)
  await page.waitForFunction(() => 'notifications' in window)
  return page
}

/** Chromium drops a notification that is asked about before it is on the screen. */
async function taken(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => window.notifications.taken())).toBe(1)
}

function shown(worker: Worker): Promise<string[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
    return (await registration.getNotifications()).map(({ title }) => title)
  })
}

/** What the system does when somebody presses a button on a notification. */
function press(worker: Worker, tag: string, action: string): Promise<void> {
  return worker.evaluate(
    async ([wanted, pressed]) => {
      const here = globalThis as unknown as {
        registration: ServiceWorkerRegistration
        dispatchEvent: (event: Event) => void
        NotificationEvent: new (type: string, init: object) => Event
      }
      const [notification] = await here.registration.getNotifications({ tag: wanted })
      here.dispatchEvent(
        new here.NotificationEvent('notificationclick', { notification, action: pressed }),
      )
    },
    [tag, action] as const,
  )
}
