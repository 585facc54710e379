// Puts the call core where the client package expects it. A missing core is only a warning, so that
// everything which does not need it can be worked on without a C++ toolchain.
import { copyFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = dirname(dirname(fileURLToPath(import.meta.url)))
const built = process.env.PARLEY_CORE_WASM ?? join(web, '..', 'build', 'wasm', 'core.wasm')

if (existsSync(built)) {
  copyFileSync(built, join(web, 'packages', 'client', 'core.wasm'))
} else {
  console.warn(`core.wasm is not built yet (${built}); run make wasm for a page that can call`)
}
