// Finds problems of a page: axe violations, overflow, and controls that can't be reached.
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

/** Runs in the page: finds elements that are too wide, and buttons out of reach. */
function outOfReach() {
  const { document, innerWidth, innerHeight } = globalThis
  const findings = []
  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (overflow > 0) findings.push(`the page is ${overflow} px too wide`)
  for (const element of document.querySelectorAll('button, a, input, [role=menu]')) {
    const { left, right, top, bottom, width } = element.getBoundingClientRect()
    // Radio buttons are drawn by the element around them.
    if (width === 0 || element.closest('.skip-link, .segment')) continue
    const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName
    if (left < -1 || right > innerWidth + 1) findings.push(`"${name}" sticks out sideways`)
    const stays = element.matches('.parley-control, .parley-control-menu, [role=menu]')
    if (stays && (top < -1 || bottom > innerHeight + 1)) {
      findings.push(`"${name}" lies outside of the page`)
    }
  }
  return [...findings, ...overlaps(), ...loneTexts()]

  /** Text nodes that React would lose after a translator replaced them; see eslint/textAlone.js. */
  function loneTexts() {
    const texts = document.createTreeWalker(document.body, 4 /* SHOW_TEXT */)
    const kept = []
    while (texts.nextNode()) {
      const isKept = Object.keys(texts.currentNode).some((key) => key.startsWith('__reactFiber'))
      if (isKept) kept.push(`"${texts.currentNode.data}" has no element of its own`)
    }
    return kept
  }

  /** Controls of a call that overlap: the lower one can't be pressed. */
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
