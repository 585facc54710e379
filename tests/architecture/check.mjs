// Usage: check.mjs
// Checks every source file of the project against rules.mjs, and that the scenarios of
// docs/scenarios.md still have their tests; exits with 1 when something is wrong.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, checkTogether } from './rules.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const skipped = /^(build|data|\.git)$|(^|\/)(node_modules|dist)$/

function* sources(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory() && !skipped.test(path)) yield* sources(path)
    if (entry.isFile() && /\.([ch]pp|tsx?|mjs|css)$/.test(entry.name)) yield path
  }
}

const files = new Map(
  [...sources('')].map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)
const problems = [...files].flatMap(([path, text]) =>
  check(path, text, (header) => existsSync(join(root, header))),
)
problems.push(...checkTogether(files), ...lostScenarios())
for (const problem of problems) console.error(problem)
console.log(`Architecture: ${files.size} files, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0

/** Rows of the list, as in "| C01 | … | core, browsers |", whose tests can't be found by their name. */
function lostScenarios() {
  const places = {
    core: ['core/scenarios', (id) => `TEST(${id}`],
    browsers: ['tests/e2e', (id) => `${id}: `],
    server: ['tests/server', (id) => `${id}: `],
  }
  const rows = readFileSync(join(root, 'docs/scenarios.md'), 'utf8').matchAll(
    /^\| ([A-Z]\d\d) \|.*\| ([a-z, ]+) \|$/gm,
  )
  return [...rows].flatMap(([, id, where]) =>
    where.split(', ').flatMap((place) => {
      const [folder, title] = places[place]
      const found = [...sources(folder)].some((path) =>
        readFileSync(join(root, path), 'utf8').includes(title(id)),
      )
      return found ? [] : [`docs/scenarios.md: no test of ${id} in ${folder}`]
    }),
  )
}
