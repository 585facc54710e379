// Runs in a page: finds controls that can't be seen and pressed, even after scrolling.

/** Checks the controls of the top dialog, or of the whole page. */
export function unreachable() {
  const { document, innerWidth, innerHeight } = globalThis
  const dialogs = [...document.querySelectorAll('[role=dialog][aria-modal=true]')]
  // A small call with a note may cover the page until the note is dismissed.
  const telling = document.querySelector(
    '.parley-incoming, .parley-call:has(.parley-note), .parley-call:is([data-phase=ended], [data-phase=elsewhere])',
  )
  const scope = document.querySelector('[role=menu]') ?? dialogs.at(-1) ?? telling ?? document.body
  const controls = [...scope.querySelectorAll('button, a[href], input, select, summary')]
  const findings = []
  for (const control of controls) {
    // Radio buttons and checkboxes are drawn by their label; skip links are visible with the focus.
    const target = control.matches('input[type=radio], input[type=checkbox]')
      ? (control.closest('label') ?? control)
      : control
    if (control.closest('.skip-link, [inert]') || target.getClientRects().length === 0) continue
    const name = control.getAttribute('aria-label') ?? control.textContent ?? control.tagName
    if (!isPressed(target)) {
      const { scrollHeight } = document.documentElement
      target.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
      let found = isPressed(target)
      // A fixed element may cover the middle of the page.
      for (let y = 0; !found && y <= scrollHeight; y += 20) {
        globalThis.scrollTo({ top: y, behavior: 'instant' })
        found = isPressed(target)
      }
      if (!found) findings.push(`"${name.trim()}" ${reason(target)}`)
    }
  }
  if (document.querySelector('[role=menu]')) return findings
  // Without scrolling: the buttons to end a call and to stop its sound must always be visible.
  const front = dialogs.at(-1) ?? document.querySelector('.parley-call')
  front?.scrollTo?.(0, 0)
  for (const selector of ['.parley-control-end', '.parley-control-pair > .parley-control']) {
    const control = front?.querySelector(selector)
    if (control && !isPressed(control)) {
      findings.push(`"${control.textContent}" has to be looked for: it ${reason(control)}`)
    }
  }
  return findings

  function middle(element) {
    const face = element.querySelector('.parley-control-face') ?? element
    const { left, top, width, height } = face.getBoundingClientRect()
    return { x: left + width / 2, y: top + height / 2, left, top, width, height }
  }
  function isPressed(element) {
    const { x, y, left, top, width, height } = middle(element)
    const inside =
      left >= -1 && top >= -1 && left + width <= innerWidth + 1 && top + height <= innerHeight + 1
    const hit = document.elementFromPoint(x, y)
    return (inside || height > innerHeight) && hit !== null && element.contains(hit)
  }
  function reason(element) {
    const { x, y, left, top, width, height } = middle(element)
    const box = [left, top, left + width, top + height].map(Math.round).join(' ')
    const hit = document.elementFromPoint(x, y)
    if (hit === null || element.contains(hit)) return `lies outside of the page (${box})`
    return `is covered by ${hit.tagName}.${hit.getAttribute('class') ?? ''} (${box})`
  }
}
