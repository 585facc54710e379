// Usage: check-wasm.mjs MODULE
//
// Fails if the module imports anything or exceeds its size budget. An empty import list
// proves that the core has no clock, no network and no randomness; the budget keeps the first load
// fast on a slow connection.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

// The phone with its recovery and its measurements of quality; adaptation is still to come, and 120 KiB is for all.
const budgetBytes = 104 * 1024

const bytes = readFileSync(process.argv[2])
const module = new WebAssembly.Module(bytes)
const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`)
const size = gzipSync(bytes, { level: 9 }).length

if (imports.length > 0) {
  console.error(`core.wasm must import nothing, but imports ${imports.join(', ')}`)
  process.exit(1)
}
if (size > budgetBytes) {
  console.error(`core.wasm is ${size} bytes gzipped; the budget is ${budgetBytes}`)
  process.exit(1)
}
const exports = WebAssembly.Module.exports(module).length
console.log(
  `core.wasm: no imports, ${exports} exports, ${bytes.length} bytes, ${size} gzipped of ${budgetBytes}`,
)
