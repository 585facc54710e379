// Serves the gallery until it is interrupted: node web/app/gallery/serve.mjs [port]
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildGallery, serveGallery } from './site.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const site = join(root, 'build', 'gallery', 'site')

await buildGallery(site)
const server = await serveGallery(site, Number(process.argv[2] ?? 0))
console.log(`\nThe gallery is at http://127.0.0.1:${server.address().port}/\n`)
