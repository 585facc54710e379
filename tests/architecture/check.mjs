// Usage: check.mjs
// Checks every source file of the project against rules.mjs; exits with 1 when one breaks a rule.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from './rules.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const skipped = /^(build|data|\.git)$|(^|\/)(node_modules|dist)$/

function* sources(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory() && !skipped.test(path)) yield* sources(path)
    if (entry.isFile() && /\.([ch]pp|tsx?|mjs|css)$/.test(entry.name)) yield path
  }
}

const files = [...sources('')]
const problems = files.flatMap((path) =>
  check(path, readFileSync(join(root, path), 'utf8'), (header) => existsSync(join(root, header))),
)
for (const problem of problems) console.error(problem)
console.log(`Architecture: ${files.length} files, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
