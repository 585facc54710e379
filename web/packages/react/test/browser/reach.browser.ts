// Every control of a call can be seen and pressed on pages of any size and in any language: what is
// magnified three times is a page of a third of the size.
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unreachable } from '../../../../app/gallery/reach.mjs'
import { buildGallery, serveGallery } from '../../../../app/gallery/site.mjs'
import { autoplay, browserSettings } from '../../../../../tests/chromium.mjs'
import { PATIENCE_MS } from '../../../../../tests/patience'

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
  await buildGallery(folder)
  server = await serveGallery(folder)
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/gallery.html`
  browser = await chromium.launch(browserSettings(autoplay))
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  page = await context.newPage()
})
afterAll(async () => {
  await browser.close()
  server.close()
  rmSync(folder, { recursive: true })
})

describe('the rings of a call that waits', () => {
  it('are moved a few times a second, by no frame of their own, and rest when time is short', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(`${address}?scene=call-ringing`)
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: PATIENCE_MS })
    const waves = () => page.evaluate(readWaves)
    const first = await waves()
    expect(first.map(({ state }) => state)).toEqual(['paused', 'paused'])
    await expect.poll(async () => (await waves())[0]?.at).toBeGreaterThan(first[0]?.at ?? NaN)
    const [before, after] = await page.evaluate(async () => {
      const waiting = document.querySelector('.parley-avatar-waiting')
      const at = () => Number(waiting?.getAnimations({ subtree: true })[0]?.currentTime)
      const end = performance.now() + 600
      while (performance.now() < end);
      await new Promise((resolve) => setTimeout(resolve, 150))
      const stood = at()
      await new Promise((resolve) => setTimeout(resolve, 1000))
      return [stood, at()]
    })
    expect(after).toBe(before)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await waves()).toEqual([])
  })
})

/** Runs in the page. */
function readWaves() {
  const avatar = document.querySelector('.parley-avatar-waiting')
  return (avatar?.getAnimations({ subtree: true }) ?? []).map(({ playState, currentTime }) => ({
    state: playState,
    at: Number(currentTime),
  }))
}

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
  ])('can be pressed on every page: %s', { timeout: 300_000 }, async (_, wanted) => {
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
        const found = await page.evaluate(unreachable)
        const where = `${scene}, ${language}, ${String(size.width)} x ${String(size.height)}`
        findings.push(...found.map((what) => `${where}: ${what}`))
      }
    }
    expect(findings).toEqual([])
  })
})
