// The problems that axe finds on a page, in its current state.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Person } from './browser'

const web = process.env['PARLEY_WEB'] ?? join(import.meta.dirname, '../../../web')
const source = readFileSync(join(web, 'node_modules/axe-core/axe.min.js'), 'utf8')

type Axe = {
  run(
    document: Document,
    options: { readonly resultTypes: readonly string[] },
  ): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { readonly target: readonly string[]; failureSummary?: string }[]
    }[]
  }>
}

/** axe finds no problem in this view of a page. */
export async function isAccessible(person: Person, view: string): Promise<void> {
  await person.page.evaluate(source)
  const findings = await person.page.evaluate(async () => {
    // Elements that fade in do not have their final colours yet.
    const moving = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(moving.map(({ finished }) => finished))
    const { axe } = window as unknown as { readonly axe: Axe }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`,
      ),
    )
  })
  expect(findings, view).toEqual([])
}
