// Every sentence a person reads is in the catalogue: no component holds one of its own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const web = join(import.meta.dirname, '..', '..')
const spoken = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'detail'])

const files = ['packages/react/src', 'app/src'].flatMap((folder) =>
  readdirSync(join(web, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx'))
    .map((name) => join(folder, name)),
)

describe('components', () => {
  it.each(files)('%s holds no words of its own', (file) => {
    const text = readFileSync(join(web, file), 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) found.push(node.text.trim())
      if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer)) {
        if (spoken.has(node.name.getText())) found.push(node.initializer.text)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    expect(found).toEqual([])
  })

  it('need no inline styles, which the page forbids', () => {
    for (const file of files) {
      expect(readFileSync(join(web, file), 'utf8')).not.toMatch(/\bstyle=/)
    }
  })
})
