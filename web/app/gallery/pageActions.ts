// Actions before the screenshot of a scene.
import type { CallView } from '@parley/client'
import { flushSync } from 'react-dom'

let change: (call: CallView) => void = () => undefined

/** The gallery passes a function that replaces the call of the scene. */
export function onCallChange(put: (call: CallView) => void): void {
  change = put
}

export async function changeCall(call: CallView): Promise<void> {
  await settled()
  change(call)
  await settled()
}

/** Without a wait: for many changes in a row. */
export function changeCallAtOnce(call: CallView): void {
  flushSync(() => change(call))
}

export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60))
}

export async function find(selector: string): Promise<HTMLElement> {
  for (;;) {
    const element = document.querySelector<HTMLElement>(selector)
    if (element) return element
    await settled()
  }
}

export async function press(selector: string): Promise<void> {
  const element = await find(selector)
  element.click()
  await settled()
}

/** An empty name stands for the search field. */
export async function fill(name: string, text: string): Promise<void> {
  const selector = name === '' ? 'input[type=search]' : `input[name=${name}]`
  const input = (await find(selector)) as HTMLInputElement
  input.focus()
  // React overrides the property of the element, so the prototype's setter is used.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settled()
}

export async function submit(): Promise<void> {
  await press('button[type=submit]')
}

/** Scrolls an element to the top of the screenshot, below the header. */
export async function scrollTo(selector: string): Promise<void> {
  const { top } = (await find(selector)).getBoundingClientRect()
  window.scrollBy(0, top - 96)
  await settled()
}

export async function scrollDown(): Promise<void> {
  await find('.day')
  window.scrollTo(0, document.body.scrollHeight)
  await settled()
}

/** Presses an element if it exists; wide pages lack some. */
export async function pressIfThere(selector: string): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    await settled()
    const element = document.querySelector<HTMLElement>(selector)
    if (element) return press(selector)
  }
}
