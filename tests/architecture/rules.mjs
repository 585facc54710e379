// The rules that no compiler checks. `check` looks at one file, `checkTogether` at how files include
// and import each other.
import { posix } from 'node:path'

/** What each top-level folder may include, besides third parties and the standard library. */
const mayInclude = {
  core: ['core'],
  server: ['server', 'core'],
  native: ['native', 'core'],
  sim: ['sim', 'core'],
  // The server's parsers, each by itself.
  fuzz: ['fuzz', 'core', 'server'],
  bench: ['bench', 'core'],
  tools: ['tools', 'core', 'server'],
  cmake: [],
}

/** The one file outside of `server/store/sqlite/` that knows that folder. */
const storeOpener = 'server/store/open.cpp'

/** The folders of core, lowest first: a file includes only its own folder and lower rows. */
const coreRanks = [
  ['base'],
  ['json'],
  ['errors'],
  ['wire'],
  ['shell', 'session'],
  ['negotiation', 'media', 'recovery', 'quality'],
  ['phone', 'switchboard'],
  ['bindings', 'replay', 'testing'],
  ['scenarios'],
]

/** Standard headers that reach for the outside world, or that core.wasm can't afford. */
const bannedInCore = new Set(
  (
    'condition_variable filesystem format fstream future iostream mutex print random semaphore ' +
    'shared_mutex stop_token syncstream thread'
  ).split(' '),
)

/** Machines tell their states apart by type; a catch-all would hide one that was forgotten. */
const machineFolders = ['core/phone/', 'core/switchboard/']

/** The suites that wait for a browser or a server, and the settings of those suites. */
const waitingSuites =
  /^(tests\/(e2e|net|server)\/|web\/packages\/[^/]+\/test\/browser\/).*\.ts$|^(web|tests)\/vitest\.config\.ts$/

const maxLines = 800
const maxTestLines = 1000

/** Checks one file. `exists` tells whether a path, from the root of the project, is a file. */
export function check(path, text, exists) {
  const problems = lengthProblems(path, text)
  if (waitingSuites.test(path)) problems.push(...patienceProblems(path, withoutComments(text)))
  if (/\.[ch]pp$/.test(path)) {
    const code = withoutComments(text)
    problems.push(...includeProblems(path, text, exists), ...headerProblems(path, text))
    if (path.startsWith('core/'))
      problems.push(...rankProblems(path, text), ...coreProblems(path, code))
    if (path.startsWith('server/')) problems.push(...storeProblems(path, text, code))
  }
  return problems.map(([line, what]) => `${path}:${line}: ${what}`)
}

/** Checks that there is no circle; `files` maps the path of each file to its text. */
export function checkTogether(files) {
  const edges = [...files].flatMap(([path, text]) =>
    usedFiles(path, text, files).map((used) => [path, used]),
  )
  const folderEdges = edges
    .filter(([path]) => !isTest(path))
    .map(([path, used]) => siblingFolders(path, used))
    .filter((edge) => edge !== undefined)
  return [
    ...circles(edges).map((circle) => `files in a circle: ${circle.join(' -> ')}`),
    ...circles(folderEdges).map((circle) => `folders in a circle: ${circle.join(' -> ')}`),
  ]
}

/** The files of the project that a file includes or imports. */
function usedFiles(path, text, files) {
  if (/\.[ch]pp$/.test(path)) {
    const headers = text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm)
    return [...headers].map(([, header]) => header).filter((header) => files.has(header))
  }
  const imports = text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g)
  return [...imports].flatMap(([, name]) => {
    const base = posix.join(posix.dirname(path), name)
    const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`]
    return candidates.filter((candidate) => files.has(candidate)).slice(0, 1)
  })
}

/**
 * The two folders that a use connects, if they lie side by side. A folder may use its subfolders and
 * they may use it: its own files put together what is in the subfolders.
 */
function siblingFolders(path, used) {
  const from = path.split('/').slice(0, -1)
  const to = used.split('/').slice(0, -1)
  const depth = from.findIndex((name, i) => name !== to[i])
  if (depth < 0 || depth >= to.length) return undefined
  return [from, to].map((folders) => folders.slice(0, depth + 1).join('/'))
}

/** Circles among edges [from, to], each once, as a path that ends where it starts. */
function circles(edges) {
  const next = new Map()
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to))
  const done = new Set()
  const found = []
  const visit = (node, path) => {
    if (path.includes(node)) found.push([...path.slice(path.indexOf(node)), node])
    if (path.includes(node) || done.has(node)) return
    for (const to of next.get(node) ?? []) visit(to, [...path, node])
    done.add(node)
  }
  for (const node of next.keys()) visit(node, [])
  return found
}

/** Tests of core may also use the helpers for tests, whatever their rank. */
function rankProblems(path, text) {
  const rank = (folder) => coreRanks.findIndex((row) => row.includes(folder))
  const own = path.split('/')[1]
  if (rank(own) < 0)
    return path.split('/').length < 3 ? [] : [[1, `core/${own} has no rank in rules.mjs`]]
  if (isTest(path)) return []
  const problems = []
  for (const { match, line } of matches(text, /^[ \t]*#[ \t]*include[ \t]*"core\/(\w+)\//gm)) {
    const used = match[1]
    if (used !== own && rank(used) >= rank(own))
      problems.push([line, `core/${own} must not include core/${used}`])
  }
  return problems
}

function lengthProblems(path, text) {
  const head = text.slice(0, 400)
  if (path.includes('/generated/') || /\bgenerated by\b/i.test(head)) return []
  const limit = isTest(path) ? maxTestLines : maxLines
  const lines = text.split('\n').length - 1
  return lines > limit ? [[lines, `${lines} lines; the limit is ${limit}`]] : []
}

/**
 * A patience of its own that a test has is one that is too short on some machine. Whole tests may have
 * a limit: it finds out what hangs.
 */
function patienceProblems(path, code) {
  const problems = []
  const isConfig = path.endsWith('vitest.config.ts')
  if (isConfig && !/\.\.\.patient\b/.test(code)) {
    problems.push([
      1,
      'the suites wait as tests/patience.ts says: spread `patient` into the settings',
    ])
  }
  for (const { match, line } of matches(code, /\b(timeout|testTimeout|hookTimeout):\s*\d/g)) {
    const before = code.slice(0, match.index).match(/\b(it|test|describe|\w+)(\.\w+)*\(/g) ?? []
    if (!isConfig && /^(it|describe)\b/.test(before.at(-1) ?? '')) continue
    problems.push([
      line,
      'a patience of its own; take PATIENCE_MS or patientFor of tests/patience.ts',
    ])
  }
  for (const { line } of matches(code, /\bsetDefault(Navigation)?Timeout\(\s*\d/g)) {
    problems.push([line, 'a patience of its own; take PATIENCE_MS of tests/patience.ts'])
  }
  return problems
}

function includeProblems(path, text, exists) {
  const problems = []
  const folder = path.split('/')[0]
  const allowed = mayInclude[folder] ?? [folder]
  for (const { match, line } of matches(text, /^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]/gm)) {
    const [, quote, header] = match
    if (quote === '"') {
      if (!allowed.includes(header.split('/')[0]))
        problems.push([line, `${folder} must not include "${header}"`])
      else if (!exists(header))
        problems.push([line, `"${header}" is no file; includes start at the root of the project`])
    } else if (
      folder === 'core' &&
      !isStandard(header) &&
      !(isTest(path) && /^(g(test|mock)|nlohmann)\//.test(header))
    ) {
      problems.push([line, `core includes only itself and the standard library, not <${header}>`])
    } else if (folder === 'core' && bannedInCore.has(header) && !isTest(path)) {
      problems.push([line, `core must not include <${header}>`])
    }
  }
  return problems
}

function headerProblems(path, text) {
  return path.endsWith('.hpp') && !/^#pragma once$/m.test(text)
    ? [[1, 'a header needs #pragma once']]
    : []
}

function coreProblems(path, code) {
  const problems = []
  const outside =
    /\b(system_clock|steady_clock|high_resolution_clock|random_device)\b|\bstd::(j?thread|\w*mutex|async|getenv)\b/g
  for (const { match, line } of matches(code, outside)) {
    problems.push([line, `core must not know ${match[0]}: time and chance come in with events`])
  }
  if (!isTest(path) && machineFolders.some((folder) => path.startsWith(folder))) {
    for (const { line } of matches(code, /\bdefault\s*:/g)) {
      problems.push([line, 'no default: in a machine; name every case'])
    }
  }
  if (!path.startsWith('core/bindings/')) {
    for (const { line } of matches(code, /\bextern\s*"/g)) {
      problems.push([line, 'the C interface of the core is in core/bindings alone'])
    }
  }
  return problems
}

/** The server knows its store by interfaces in words of the domain, so that there can be another one. */
function storeProblems(path, text, code) {
  const problems = []
  if (path.startsWith('server/store/sqlite/') || path === storeOpener) return problems
  const header = /^[ \t]*#[ \t]*include[ \t]*["<](server\/store\/sqlite\/[^">]+|sqlite3\.h)[">]/gm
  for (const { match, line } of matches(text, header)) {
    problems.push([line, `only server/store/sqlite/ and ${storeOpener} may include ${match[1]}`])
  }
  for (const { match, line } of matches(code, /\bsqlite(3\w*\b(?!\.h)|\s*::)/g)) {
    problems.push([line, `${match[0]} belongs into server/store/sqlite/`])
  }
  return problems
}

function* matches(text, pattern) {
  for (const match of text.matchAll(pattern))
    yield { match, line: text.slice(0, match.index).split('\n').length }
}

/** Blanks comments and the insides of strings; lines stay where they are. */
export function withoutComments(text) {
  const pattern =
    /\/\/[^\n]*|\/\*[^]*?\*\/|R"([^ ()\\]{0,16})\([^]*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'/g
  return text.replace(pattern, (found) => {
    const edge = found.startsWith('/') ? '' : found.at(-1)
    return edge + found.replace(/[^\n]/g, ' ').slice(2 * edge.length) + edge
  })
}

function isTest(path) {
  return /_test\.cpp$|\.test\.tsx?$|^tests\/|^core\/scenarios\/|^web\/.*\/test\//.test(path)
}

function isStandard(header) {
  return /^[a-z0-9_]+$/.test(header)
}
