// Takes a screenshot of every scene of the gallery and checks it with axe. Run it from anywhere:
//
//   node web/app/gallery/capture.mjs [--scene <part of a name>] [--variant <part of a name>]
//   node web/app/gallery/capture.mjs --slice [<number>]
//
// Screenshots go to build/gallery/<variant>/<scene>.png, contact sheets to build/gallery/sheets. A
// slice takes every scene once, each under another condition, and writes to build/gallery/slice;
// its number shifts the conditions. It fails on axe violations, violations of the strict content
// security policy, and console errors.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

import { autoplay, browserSettings } from '../../../tests/chromium.mjs'
import { inspect } from './inspect.mjs'
import { buildGallery, serveGallery } from './site.mjs'
import { conditionsOf, hardScenes, hardVariants, slice, variants } from './variants.mjs'

const app = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(app, '..', '..', 'build', 'gallery')
/** More pages would only wait for each other. */
const PAGES_AT_ONCE = Math.min(4, availableParallelism())
/** Each page takes this many scenes at a time, so that all pages finish together. */
const SCENES_AT_ONCE = 12

const wantedScene = option('--scene') ?? ''
const wantedVariant = option('--variant') ?? ''
const shift = option('--slice')
const isSlice = shift !== undefined

const began = performance.now()
const site = join(out, 'site')
await buildGallery(site)

const server = await serveGallery(site)
const address = `http://127.0.0.1:${server.address().port}`
const browser = await chromium.launch(browserSettings(autoplay))

const problems = []
try {
  const names = (await sceneNames()).filter((name) => name.includes(wantedScene))
  const jobs = isSlice ? slice(names, Number(shift)) : everything(names)
  await inTurns(
    jobs
      .filter(({ variant }) => variant.name.includes(wantedVariant))
      .flatMap(({ variant, scenes }) => pieces(scenes).map((some) => ({ variant, scenes: some }))),
  )
  if (!isSlice) await contactSheets(jobs)
} finally {
  await browser.close()
  server.close()
}

const seconds = Math.round((performance.now() - began) / 1000)
if (problems.length > 0) {
  writeFileSync(join(out, 'problems.txt'), `${problems.join('\n')}\n`)
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  rmSync(join(out, 'problems.txt'), { force: true })
  console.log(`no problems in ${seconds} s; pictures are in ${out}`)
}

/** The value of a flag; 0 for a flag without one. */
function option(name) {
  const at = process.argv.indexOf(name)
  if (at < 0) return undefined
  const value = process.argv[at + 1]
  return value === undefined || value.startsWith('--') ? '0' : value
}

function everything(names) {
  const hard = names.filter((name) => hardScenes.has(name))
  return [
    ...variants.map((variant) => ({ variant, scenes: names })),
    ...hardVariants.map((variant) => ({ variant, scenes: hard })),
  ]
}

function pieces(scenes) {
  const count = Math.ceil(scenes.length / SCENES_AT_ONCE)
  return Array.from({ length: count }, (_, index) =>
    scenes.slice(index * SCENES_AT_ONCE, (index + 1) * SCENES_AT_ONCE),
  )
}

async function sceneNames() {
  const page = await browser.newPage()
  await page.goto(`${address}/gallery.html`)
  const names = await page.locator('.gallery-list a:not([hreflang])').allTextContents()
  await page.close()
  return names
}

/** Runs the jobs on several pages; each page takes the next job when it is free. */
async function inTurns(jobs) {
  const waiting = [...jobs]
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await photograph(job)
  }
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work))
}

async function photograph({ variant, scenes }) {
  const { query, context: conditions } = conditionsOf(variant)
  const folder = join(out, isSlice ? 'slice' : variant.name)
  mkdirSync(folder, { recursive: true })
  const context = await browser.newContext(conditions)
  const page = await context.newPage()
  let complain = () => undefined
  page.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  page.on('pageerror', (error) => complain(String(error)))
  for (const scene of scenes) {
    complain = (what) => problems.push(`${variant.name} ${scene}: ${what}`)
    const name = isSlice ? `${scene}, ${variant.name}` : scene
    try {
      await page.goto(`${address}/gallery.html?scene=${scene}&${query}`)
      await page.waitForSelector('html[data-ready]', { timeout: 30_000 })
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
      for (const finding of await inspect(page)) complain(finding)
    } catch (error) {
      complain(String(error))
    }
  }
  await context.close()
  console.log(`${variant.name}: ${scenes.length} scenes`)
}

/** Puts many screenshots on one sheet for comparison. */
async function contactSheets(jobs) {
  const folder = join(out, 'sheets')
  mkdirSync(folder, { recursive: true })
  const page = await browser.newPage({ viewport: { width: 1920, height: 1200 } })
  for (const { variant, scenes } of jobs) {
    if (!variant.name.includes(wantedVariant)) continue
    const wide = variant.viewport.width > 600
    const perSheet = wide ? 9 : 12
    for (let first = 0; first < scenes.length; first += perSheet) {
      const figures = scenes.slice(first, first + perSheet).map((scene) => {
        const file = join(out, variant.name, `${scene}.png`)
        const data = existsSync(file) ? readFileSync(file).toString('base64') : ''
        return `<figure><img src="data:image/png;base64,${data}"><figcaption>${scene}</figcaption></figure>`
      })
      await page.setContent(`<style>
        body { margin: 12px; background: #777; font: 14px system-ui; color: #fff;
               display: grid; grid-template-columns: repeat(${wide ? 3 : 6}, 1fr); gap: 12px }
        figure { margin: 0 } img { width: 100%; display: block }</style>${figures.join('')}`)
      const sheet = String(first / perSheet + 1).padStart(2, '0')
      await page.screenshot({ path: join(folder, `${variant.name}-${sheet}.png`), fullPage: true })
    }
  }
  await page.close()
}
