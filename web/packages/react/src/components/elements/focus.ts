// Focus in dialogs. A dialog never takes the focus from a person who types.

const focusable =
  'button:not([disabled]), a[href], input:not([disabled]), select:not([disabled]), ' +
  'textarea:not([disabled]), summary, [tabindex]:not([tabindex="-1"])'

const textInputs = new Set([
  'text',
  'search',
  'email',
  'password',
  'tel',
  'url',
  'number',
  'date',
  'datetime-local',
  'month',
  'time',
  'week',
])

/** The focused element, also inside shadow roots. */
export function focusedElement(): Element | null {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element
}

/**
 * Whether keys write text in the element. A frame counts, because its focus can't be seen from
 * here.
 */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) return textInputs.has(element.type)
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true
  if (element instanceof HTMLIFrameElement) return true
  return element instanceof HTMLElement && (element.isContentEditable || isEditable(element))
}

/** The elements inside `root` that Tab visits, in order. */
function tabStops(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(focusable)].filter(
    (element) => !element.closest('[inert], [hidden]'),
  )
}

/** Keeps Tab inside `root`. */
export function wrapTab(root: HTMLElement, event: KeyboardEvent): void {
  const stops = tabStops(root)
  const first = stops[0]
  const last = stops.at(-1)
  if (first === undefined || last === undefined) return event.preventDefault()
  const at = focusedElement()
  const outside = !at || !root.contains(at)
  if (event.shiftKey && (outside || at === first || at === root)) {
    event.preventDefault()
    last.focus()
  } else if (!event.shiftKey && (outside || at === last)) {
    event.preventDefault()
    first.focus()
  }
}

// Some engines do not set isContentEditable on elements that they do not render.
function isEditable(element: HTMLElement): boolean {
  const attribute = element.closest('[contenteditable]')?.getAttribute('contenteditable')
  return attribute !== undefined && attribute !== null && attribute !== 'false'
}
