// Every control of a call can be seen and pressed on pages of any size and in any language: what is
// magnified three times is a page of a third of the size.
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// @ts-expect-error: scripts of the gallery have no types.
import { unreachable } from '../../../../app/gallery/reach.mjs'
// @ts-expect-error: the same.
import { buildGallery, serveGallery } from '../../../../app/gallery/site.mjs'
import { PATIENCE_MS } from '../../../../../tests/patience'

const gallery = { build: buildGallery, serve: serveGallery, look: unreachable } as {
  build: (folder: string) => Promise<void>
  serve: (folder: string) => Promise<Server>
  look: () => string[]
}

const sizes = [
  { width: 427, height: 267 },
  { width: 320, height: 256 },
  { width: 640, height: 200 },
  { width: 568, height: 320 },
  { width: 320, height: 568 },
  { width: 844, height: 390 },
  { width: 853, height: 533 },
]
const languages = ['en', 'de', 'ar']

let browser: Browser
let server: Server
let page: Page
let address: string
const folder = mkdtempSync(join(tmpdir(), 'parley-gallery-'))

beforeAll(async () => {
  await gallery.build(folder)
  server = await gallery.serve(folder)
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/gallery.html`
  browser = await chromium.launch({
    executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
  })
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  page = await context.newPage()
})
afterAll(async () => {
  await browser.close()
  server.close()
  rmSync(folder, { recursive: true })
})

/** Runs in the page: until it is drawn, and what moved has arrived where it belongs. */
async function drawn(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const moving = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
  await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)))
}

describe('the controls of a call', () => {
  // Each scene in one language, each kind of scene in all of them.
  it.each([
    ['while it rings', /^(incoming|call-(calling|ringing|opening|waiting))/],
    ['while it is on', /^call-(active|connecting|reconnecting|muted|notes|asking|substitute)/],
    ['while it is held, lost, or one of two', /^call-(held|peer|two|elsewhere|menu)/],
    ['while a screen is shared', /^screen-/],
    ['while it is small', /^small-/],
    ['when it is over', /^ended-(completed|rated|no-answer|missed|failed-connection-n)/],
  ])('can be pressed on every page: %s', async (_, wanted) => {
    await page.goto(address)
    const names = await page.locator('.gallery-list a:not([hreflang])').allTextContents()
    const findings: string[] = []
    for (const [index, scene] of names.filter((name) => wanted.test(name)).entries()) {
      const language = languages[index % languages.length] ?? 'en'
      await page.setViewportSize(sizes[0]!)
      await page.goto(`${address}?scene=${scene}&lang=${language}`)
      await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: PATIENCE_MS })
      for (const size of sizes) {
        await page.setViewportSize(size)
        await page.evaluate(drawn)
        const found = await page.evaluate(gallery.look)
        const where = `${scene}, ${language}, ${String(size.width)} x ${String(size.height)}`
        findings.push(...found.map((what) => `${where}: ${what}`))
      }
    }
    expect(findings).toEqual([])
  })
})
