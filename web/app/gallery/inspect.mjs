// What is wrong with a page: what axe objects to, and what sticks out or can't be got at.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

export async function inspect(page) {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(globalThis.document, { resultTypes: ['violations'] }),
  )
  const findings = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
  return [...findings, ...(await page.evaluate(outOfReach))]
}

/** Runs in the page: what is too wide for it, and buttons that can't be got at. */
function outOfReach() {
  const { document, innerWidth, innerHeight } = globalThis
  const findings = []
  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (overflow > 0) findings.push(`the page is ${overflow} px too wide`)
  for (const element of document.querySelectorAll('button, a, input, [role=menu]')) {
    const { left, right, top, bottom, width } = element.getBoundingClientRect()
    // Buttons of radio groups and the like are drawn by what is around them.
    if (width === 0 || element.closest('.skip-link, .segment')) continue
    const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
    if (left < -1 || right > innerWidth + 1) findings.push(`"${name}" sticks out sideways`)
    const stays = element.matches('.parley-control, .parley-control-menu, [role=menu]')
    if (stays && (top < -1 || bottom > innerHeight + 1)) {
      findings.push(`"${name}" lies outside of the page`)
    }
  }
  return [...findings, ...overlaps(), ...loneTexts()]

  /** Texts that React would miss once a translator has replaced them: eslint/textAlone.js says why. */
  function loneTexts() {
    const texts = document.createTreeWalker(document.body, 4 /* texts */)
    const kept = []
    while (texts.nextNode()) {
      const isKept = Object.keys(texts.currentNode).some((key) => key.startsWith('__reactFiber'))
      if (isKept) kept.push(`"${texts.currentNode.data}" has no element of its own`)
    }
    return kept
  }

  /** Controls of a call that cover each other: the one below can't be pressed. */
  function overlaps() {
    const controls = '.parley-controls > :not([role=menu]), .parley-corners > *'
    const boxes = [...document.querySelectorAll(controls)].map((element) => ({
      element,
      box: element.getBoundingClientRect(),
    }))
    return boxes.flatMap(({ element, box }, index) =>
      boxes
        .slice(index + 1)
        .filter(
          ({ box: other }) =>
            box.left < other.right - 1 &&
            other.left < box.right - 1 &&
            box.top < other.bottom - 1 &&
            other.top < box.bottom - 1,
        )
        .map(({ element: other }) => `"${element.textContent}" and "${other.textContent}" overlap`),
    )
  }
}
