// Draws the icons of the installed app from public/favicon.svg, for when that changes:
//
//   node web/app/icons.mjs
//
// "any" is the icon as it is; systems cut a "maskable" one to their own shape, which leaves the
// middle four fifths (W3C App Manifest, 1.5), and so does iOS with its touch icon.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

import { browserSettings } from '../../tests/chromium.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), 'public')
const icon = readFileSync(join(folder, 'favicon.svg'), 'utf8')
const [background] = /<rect[^>]*>/.exec(icon)
const [colour] = /#[0-9a-f]{6}/.exec(background)
const fullBleed = icon
  .replace(background, `<rect width="32" height="32" fill="${colour}" />`)
  .replace('<g ', '<g transform="translate(4.8 4.8) scale(0.7)" ')

const drawings = [
  { name: 'any-192', size: 192, svg: icon },
  { name: 'any-512', size: 512, svg: icon },
  { name: 'maskable-512', size: 512, svg: fullBleed },
  { name: 'touch-180', size: 180, svg: fullBleed },
]

const browser = await chromium.launch(browserSettings())
try {
  for (const { name, size, svg } of drawings) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`)
    await page.screenshot({ path: join(folder, 'icons', `${name}.png`), omitBackground: true })
    await page.close()
  }
} finally {
  await browser.close()
}
