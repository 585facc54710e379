// docs/embedding.md shows what is run here, and has a row for every field an app can read.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const packages = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(packages, '..', '..', 'docs', 'embedding.md'), 'utf8')

describe('docs/embedding.md', () => {
  it.each(['CallPage.tsx', 'CallPageTest.tsx'])('shows %s as it is tested', (file) => {
    const source = readFileSync(join(import.meta.dirname, 'embedding', file), 'utf8')
    expect(page).toContain(`\`\`\`tsx\n${source}\`\`\`\n`)
  })

  it.each([
    ['useWebRTC', 'react/src/useWebRTC.ts', ['WebRTCState', 'WebRTCActions']],
    ['CallView', 'client/src/generated/phone.ts', ['CallView']],
    ['SourceView', 'client/src/generated/phone.ts', ['SourceView']],
    ['LegStatus', 'client/src/generated/wire.ts', ['LegStatus']],
  ] as const)('has a row for every field of %s, and for nothing else', (title, file, types) => {
    expect(rowsUnder(title).toSorted()).toEqual(fieldsOf(join(packages, file), types).toSorted())
  })

  it('names every step of a test phone', () => {
    const [phone, peer, media] = [
      ['TestPhone', 'testPhone.ts'],
      ['TestPeer', 'testPeer.ts'],
      ['TestMedia', 'testMedia.ts'],
    ].map(([name = '', file = '']) => stepsOf(join(packages, 'client/src/testing', file), name))
    const table = page.slice(page.indexOf('\n## Testing'), page.indexOf('\n## Reference'))
    const steps = [...(phone ?? []), ...(peer ?? []), ...(media ?? [])]
    expect(steps.length).toBeGreaterThan(30)
    expect(steps.filter((step) => !new RegExp(`\\b${step}\\(`).test(table))).toEqual([])
  })
})

/** The first column of the table under a heading. */
function rowsUnder(title: string): string[] {
  const [, section = ''] = page.split(`\n### \`${title}\`\n`)
  const [table = ''] = section.split('\n### ')
  return [...table.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, field = '']) => field)
}

/** The fields of types and interfaces, as written in a file. */
function fieldsOf(file: string, types: readonly string[]): string[] {
  return declarations(file).flatMap((node) => {
    const isAlias = ts.isTypeAliasDeclaration(node)
    if (!isAlias && !ts.isInterfaceDeclaration(node)) return []
    if (!types.includes(node.name.text)) return []
    const members = isAlias ? ts.isTypeLiteralNode(node.type) && node.type.members : node.members
    if (!members) throw new Error(`${node.name.text} has no fields of its own.`)
    return members.map((member) => member.name?.getText() ?? '')
  })
}

/** What a test can call on an object of a class, without what is marked as internal. */
function stepsOf(file: string, name: string): string[] {
  const found = declarations(file).find(
    (node) => ts.isClassDeclaration(node) && node.name?.text === name,
  )
  if (!found || !ts.isClassDeclaration(found)) throw new Error(`There is no ${name} in ${file}.`)
  return found.members.flatMap((member) => {
    if (!ts.isMethodDeclaration(member) || ts.isPrivateIdentifier(member.name)) return []
    return member.getFullText().includes('@internal') ? [] : [member.name.getText()]
  })
}

function declarations(file: string): readonly ts.Statement[] {
  const text = readFileSync(file, 'utf8')
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements
}
