import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, checkTogether, withoutComments } from './rules.mjs'

const everythingExists = () => true
const problems = (path, text) => check(path, text, everythingExists)

test('core includes itself, the standard library, and GoogleTest in tests', () => {
  assert.deepEqual(problems('core/a.cpp', '#include "core/b.hpp"\n#include <map>\n'), [])
  assert.deepEqual(problems('core/a_test.cpp', '#include <gtest/gtest.h>\n'), [])
  for (const header of [
    '<boost/asio.hpp>',
    '<sys/socket.h>',
    '"server/a.hpp"',
    '<thread>',
    '<gtest/gtest.h>',
  ]) {
    assert.equal(problems('core/a.cpp', `\n#include ${header}\n`).length, 1, header)
  }
})

test('shells do not include each other', () => {
  assert.equal(problems('native/a.cpp', '#include "server/a.hpp"\n').length, 1)
  assert.equal(problems('server/a.cpp', '#include "native/a.hpp"\n').length, 1)
  assert.equal(problems('sim/a.cpp', '#include "server/a.hpp"\n').length, 1)
  assert.deepEqual(
    problems('server/a.cpp', '#include "core/a.hpp"\n#include <boost/asio.hpp>\n'),
    [],
  )
})

test('a folder of core includes lower folders', () => {
  assert.deepEqual(problems('core/media/a.cpp', '#include "core/shell/b.hpp"\n'), [])
  assert.match(
    problems('core/media/a.cpp', '#include "core/phone/b.hpp"\n')[0],
    /^core\/media\/a.cpp:1: core\/media must not include core\/phone$/,
  )
  assert.equal(problems('core/phone/a.cpp', '#include "core/switchboard/b.hpp"\n').length, 1)
  assert.deepEqual(problems('core/media/a_test.cpp', '#include "core/testing/b.hpp"\n'), [])
  assert.match(problems('core/new/a.cpp', '')[0], /core\/new has no rank/)
})

test('files do not use each other in a circle', () => {
  const circle = (files) => checkTogether(new Map(Object.entries(files)))
  assert.deepEqual(
    circle({
      'core/a.hpp': '#include "core/b.hpp"\n',
      'core/b.hpp': '#include "core/c.hpp"\n',
      'core/c.hpp': '#include "core/a.hpp"\n',
    }),
    ['files in a circle: core/a.hpp -> core/b.hpp -> core/c.hpp -> core/a.hpp'],
  )
  assert.deepEqual(
    circle({
      'web/a.ts': "import type { B } from './b'\n",
      'web/b.tsx': "import { a } from './a'\n",
    }),
    ['files in a circle: web/a.ts -> web/b.tsx -> web/a.ts'],
  )
  assert.deepEqual(
    circle({
      'web/a.ts': "import { b } from './b'\nimport { c } from './c'\n",
      'web/b.ts': "import { c } from './c'\n",
      'web/c/index.ts': "import 'react'\n",
    }),
    [],
  )
})

test('folders side by side do not use each other in a circle', () => {
  const files = {
    'core/a/one.cpp': '#include "core/b/one.hpp"\n',
    'core/b/one.hpp': '',
    'core/b/two.cpp': '#include "core/a/two.hpp"\n',
    'core/a/two.hpp': '',
  }
  assert.deepEqual(checkTogether(new Map(Object.entries(files))), [
    'folders in a circle: core/a -> core/b -> core/a',
  ])
  const inTest = { ...files, 'core/b/two.cpp': '', 'core/b/two_test.cpp': files['core/b/two.cpp'] }
  assert.deepEqual(checkTogether(new Map(Object.entries(inTest))), [])
  const parent = {
    'web/src/index.ts': "import './parts/a'\n",
    'web/src/parts/a.ts': "import '../b'\n",
    'web/src/b.ts': '',
  }
  assert.deepEqual(checkTogether(new Map(Object.entries(parent))), [])
})

test('an include names a file from the root', () => {
  assert.match(
    check('core/a.cpp', '#include "core/gone.hpp"\n', () => false)[0],
    /^core\/a.cpp:1: .*no file/,
  )
})

test('core has no clock, no randomness and no threads', () => {
  assert.match(
    problems('core/a.cpp', '\nauto t = std::chrono::steady_clock::now();')[0],
    /^core\/a.cpp:2: .*steady_clock/,
  )
  assert.equal(problems('core/a.cpp', 'std::mutex m; std::random_device d;').length, 2)
  assert.deepEqual(problems('core/a.cpp', '// no std::mutex here\nauto s = "std::thread";'), [])
  assert.deepEqual(problems('server/a.cpp', 'std::mutex m;'), [])
})

test('machines have no default label', () => {
  assert.equal(problems('core/phone/a.cpp', 'switch (x) { default: break; }').length, 1)
  assert.deepEqual(problems('core/phone/a.cpp', 'A() = default;'), [])
  assert.deepEqual(problems('core/json/a.cpp', 'switch (x) { default: break; }'), [])
})

test('the C interface is in the bindings', () => {
  assert.equal(problems('core/wire/a.cpp', 'extern "C" int a();').length, 1)
  assert.deepEqual(problems('core/bindings/a.cpp', 'extern "C" int a();'), [])
})

test('SQLite is in its folder, and one file opens it', () => {
  const include = '#include "server/store/sqlite/database.hpp"\n'
  for (const path of ['server/http/a.cpp', 'server/store/a.hpp', 'server/app/a_test.cpp']) {
    const text = path.endsWith('.hpp') ? `#pragma once\n${include}` : include
    assert.match(problems(path, text)[0], /may include/, path)
  }
  assert.equal(problems('server/http/a.cpp', '#include <sqlite3.h>\n').length, 1)
  assert.equal(problems('server/http/a.cpp', 'namespace store { struct sqlite3; }').length, 1)
  assert.equal(problems('server/http/a.cpp', 'void f(store::sqlite::Database&);').length, 1)
  assert.deepEqual(problems('server/http/a.cpp', 'auto f = "parley.sqlite3"; // sqlite3'), [])
  for (const path of ['server/store/open.cpp', 'server/store/sqlite/a.cpp']) {
    assert.deepEqual(problems(path, `${include}sqlite::Store s;`), [], path)
  }
})

test('files are short, unless a tool wrote them', () => {
  assert.equal(problems('core/a.cpp', '\n'.repeat(801)).length, 1)
  assert.deepEqual(problems('core/a_test.cpp', '\n'.repeat(1000)), [])
  assert.deepEqual(problems('web/packages/client/src/generated/a.ts', '\n'.repeat(2000)), [])
})

test('what waits for a browser or a server has one patience', () => {
  for (const [path, text] of [
    ['tests/e2e/a.test.ts', "it('a', async () => {\n  await page.waitFor({ timeout: 500 })\n})"],
    ['tests/server/a.test.ts', 'expect\n  .poll(() => 1, {\n    timeout: 9_000,\n  })'],
    ['tests/server/support/a.ts', 'page.setDefaultTimeout(900)'],
    ['web/packages/client/test/browser/a.browser.ts', 'expect.poll(() => 1, { timeout: 9 })'],
    ['tests/vitest.config.ts', 'test: { ...patient, testTimeout: 7 }'],
    ['web/vitest.config.ts', 'test: {}'],
  ]) {
    assert.equal(problems(path, text).length, 1, path)
  }
  for (const [path, text] of [
    ['tests/e2e/a.test.ts', "it('a', { timeout: 500_000 }, () => wait({ timeout: PATIENCE_MS }))"],
    ['tests/e2e/a.test.ts', "it.each(all)(\n  'a',\n  { timeout: 9 },\n  () => go(),\n)"],
    ['tests/server/a.test.ts', 'poll(() => 1, { timeout: patientFor(40_000), interval: 20 })'],
    ['web/vitest.config.ts', 'test: { ...patient }'],
    ['web/app/src/a.test.ts', 'waitFor(() => 1, { timeout: 4000 })'],
  ]) {
    assert.deepEqual(problems(path, text), [], text)
  }
})

test('headers are guarded', () => {
  assert.equal(problems('core/a.hpp', 'int a();\n').length, 1)
})

test('removing comments keeps the lines and survives quotes', () => {
  assert.equal(withoutComments('a /* x\ny */ b').replace(/ +/g, ' '), 'a \n b')
  assert.match(
    withoutComments(`int n = 1'000; char c = '"'; f("// no"); std::mutex m;`),
    /std::mutex/,
  )
  assert.match(withoutComments('R"(\n"unbalanced)"; std::mutex m;'), /std::mutex/)
})
