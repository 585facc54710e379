// Photographs every scene of the gallery and lets axe look at it. Run it from anywhere:
//
//   node web/app/gallery/capture.mjs [--scene <part of a name>] [--variant <part of a name>]
//
// Pictures land in build/gallery/<variant>/<scene>.png, contact sheets in build/gallery/sheets. It
// fails on an axe violation, on whatever breaks the strict content security policy, and on errors in
// the console.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

import { buildGallery, serveGallery } from './site.mjs'

const app = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(app, '..', '..', 'build', 'gallery')
const browserPath = process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium'
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const variants = [
  { name: 'desktop-light', viewport: desktop, scheme: 'light' },
  { name: 'desktop-dark', viewport: desktop, scheme: 'dark' },
  { name: 'phone-light', viewport: phone, scheme: 'light' },
  { name: 'phone-dark', viewport: phone, scheme: 'dark' },
  // German for its long words, Arabic for its direction and its digits.
  { name: 'de-phone', viewport: phone, scheme: 'light', query: 'lang=de', locale: 'de-DE' },
  { name: 'ar-desktop', viewport: desktop, scheme: 'light', query: 'lang=ar', locale: 'ar-EG' },
  { name: 'ar-phone', viewport: phone, scheme: 'dark', query: 'lang=ar', locale: 'ar-EG' },
]

/** A few scenes are looked at under harder conditions. */
const hard = [
  { name: 'large-text', viewport: desktop, scheme: 'light', query: 'text=large' },
  { name: 'large-text-phone', viewport: phone, scheme: 'light', query: 'text=large' },
  { name: 'landscape', viewport: { width: 844, height: 390 }, scheme: 'dark', query: '' },
  { name: 'narrow', viewport: { width: 320, height: 568 }, scheme: 'light', query: '' },
  {
    name: 'de-narrow',
    viewport: { width: 320, height: 568 },
    scheme: 'dark',
    query: 'lang=de',
    locale: 'de-DE',
  },
].map((variant) => ({ ...variant, hard: true }))
const hardScenes = new Set([
  'door-sign-in-wrong',
  'door-sign-up',
  'people',
  'people-settings',
  'history',
  'history-details',
  'devices-test',
  'incoming-video',
  'call-ringing',
  'call-active-video',
  'call-active-both-broken',
  'call-two',
  'ended-no-answer',
  'small-active-video',
])

const wantedScene = option('--scene')
const wantedVariant = option('--variant')

const site = join(out, 'site')
await buildGallery(site)

const server = await serveGallery(site)
const address = `http://127.0.0.1:${server.address().port}`
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
})

const problems = []
try {
  const names = (await sceneNames()).filter((name) => name.includes(wantedScene))
  for (const variant of [...variants, ...hard]) {
    if (!variant.name.includes(wantedVariant)) continue
    const shown = variant.hard ? names.filter((name) => hardScenes.has(name)) : names
    if (shown.length === 0) continue
    await photograph(variant, shown)
    await contactSheets(variant, shown)
  }
} finally {
  await browser.close()
  server.close()
}

if (problems.length > 0) {
  writeFileSync(join(out, 'problems.txt'), `${problems.join('\n')}\n`)
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  rmSync(join(out, 'problems.txt'), { force: true })
  console.log(`no problems; pictures are in ${out}`)
}

function option(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? '' : (process.argv[at + 1] ?? '')
}

async function sceneNames() {
  const page = await browser.newPage()
  await page.goto(`${address}/gallery.html`)
  const names = await page.locator('.gallery-list a:not([hreflang])').allTextContents()
  await page.close()
  return names
}

async function photograph(
  { name: variant, viewport, scheme, query = '', locale = 'en-GB' },
  scenes,
) {
  const folder = join(out, variant)
  mkdirSync(folder, { recursive: true })
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale,
  })
  const page = await context.newPage()
  let complain = () => undefined
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  page.on('pageerror', (error) => complain(String(error)))
  for (const scene of scenes) {
    complain = (what) => problems.push(`${variant} ${scene}: ${what}`)
    try {
      await page.goto(`${address}/gallery.html?scene=${scene}&${query}`)
      await page.waitForSelector('html[data-ready]', { timeout: 10_000 })
      await page.screenshot({ path: join(folder, `${scene}.png`), animations: 'disabled' })
      for (const finding of await inspect(page)) complain(finding)
    } catch (error) {
      complain(String(error))
    }
  }
  await context.close()
  console.log(`${variant}: ${scenes.length} scenes`)
}

/** What axe objects to, and what sticks out of the page sideways. */
async function inspect(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(globalThis.document, { resultTypes: ['violations'] }),
  )
  const findings = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
  return [...findings, ...(await page.evaluate(outOfReach))]
}

/** Runs in the page: what is too wide for it, and buttons that can't be got at. */
function outOfReach() {
  const { document, innerWidth, innerHeight } = globalThis
  const findings = []
  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (overflow > 0) findings.push(`the page is ${overflow} px too wide`)
  for (const element of document.querySelectorAll('button, a, input')) {
    const { left, right, bottom, width } = element.getBoundingClientRect()
    // Buttons of radio groups and the like are drawn by what is around them.
    if (width === 0 || element.closest('.skip-link, .segment')) continue
    const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
    if (left < -1 || right > innerWidth + 1) findings.push(`"${name}" sticks out sideways`)
    if (element.matches('.parley-control') && bottom > innerHeight + 1) {
      findings.push(`"${name}" lies below the page`)
    }
  }
  return findings
}

/** Many pictures on one, to see whether they belong together. */
async function contactSheets({ name: variant, viewport }, scenes) {
  const perSheet = viewport.width > 600 ? 9 : 12
  const columns = viewport.width > 600 ? 3 : 6
  const folder = join(out, 'sheets')
  mkdirSync(folder, { recursive: true })
  const page = await browser.newPage({ viewport: { width: 1920, height: 1200 } })
  for (let first = 0; first < scenes.length; first += perSheet) {
    const figures = scenes.slice(first, first + perSheet).map((scene) => {
      const file = join(out, variant, `${scene}.png`)
      const data = existsSync(file) ? readFileSync(file).toString('base64') : ''
      return `<figure><img src="data:image/png;base64,${data}"><figcaption>${scene}</figcaption></figure>`
    })
    await page.setContent(`<style>
      body { margin: 12px; background: #777; font: 14px system-ui; color: #fff;
             display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 12px }
      figure { margin: 0 } img { width: 100%; display: block }</style>${figures.join('')}`)
    const path = join(folder, `${variant}-${String(first / perSheet + 1).padStart(2, '0')}.png`)
    await page.screenshot({ path, fullPage: true })
  }
  await page.close()
}
