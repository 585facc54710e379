// Fails when the app has outgrown its budget: what a browser downloads before the first call.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 260 * 1024
// As in tools/check-wasm.mjs.
const CORE_BUDGET_BYTES = 104 * 1024
/** A language besides English: loaded by those who read it. */
const LANGUAGE_BUDGET_BYTES = 12 * 1024
const language = /^assets\/(de|ar)-[^/]*\.js$/

/** The icons of the installed app: loaded by those who install it. */
const icon = /^icons\//

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'app', 'dist')
const rows = filesIn(dist)
  .filter((file) => !file.endsWith('.map'))
  .map((file) => ({
    file: relative(dist, file),
    bytes: gzipSync(readFileSync(file), { level: 9 }).length,
  }))
  .sort((a, b) => b.bytes - a.bytes)

const everybody = rows.filter(({ file }) => !language.test(file) && !icon.test(file))
const total = everybody.reduce((sum, row) => sum + row.bytes, 0)
const core = rows.find((row) => row.file.endsWith('.wasm'))

for (const row of rows) console.log(`${kilobytes(row.bytes)}  ${row.file}`)
console.log(
  `${kilobytes(total)}  in all without other languages and icons, gzipped, of ${kilobytes(BUDGET_BYTES).trim()}`,
)

const problems = []
if (!core) problems.push('there is no core.wasm in the build')
if (core && core.bytes > CORE_BUDGET_BYTES) problems.push('core.wasm is over its budget')
if (total > BUDGET_BYTES) problems.push('the app is over its budget')
for (const { file, bytes } of rows) {
  if (language.test(file) && bytes > LANGUAGE_BUDGET_BYTES) {
    problems.push(`${file} is over the budget of a language`)
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`.padStart(10)
}
