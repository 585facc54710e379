// The packages are sources: whoever embeds them compiles them with options of their own.
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const packages = join(import.meta.dirname, '..', '..')
const entries = ['client/src/index.ts', 'client/src/testing/index.ts', 'react/src/index.ts']

/** Those of Vite's template react-ts, and what docs/embedding.md asks for besides. */
const template: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  types: ['vite/client', 'node'],
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedSideEffectImports: true,
}

describe('the packages in an app', () => {
  it.each<[string, ts.CompilerOptions]>([
    ["Vite's template", {}],
    ['the template without strict', { strict: false }],
  ])('compile with the options of %s', (_, options) => {
    const files = entries.map((entry) => join(packages, entry))
    const program = ts.createProgram(files, { ...template, ...options })
    const complaints = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0
      const text = ts.flattenDiagnosticMessageText(messageText, ' ')
      return `${file?.fileName.slice(packages.length) ?? ''}:${String(line + 1)} ${text}`
    })
    expect(complaints).toEqual([])
  })
})
