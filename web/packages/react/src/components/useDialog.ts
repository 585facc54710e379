import { useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react'

import { focusedElement, takesText, wrapTab } from './focus'

export type DialogOptions = {
  /** Whether it is there to be used; one that was made small is not. */
  readonly open: boolean
  /** Whether no other dialog lies over it. Only the one on top holds the keyboard. */
  readonly onTop?: boolean
  /** Lets somebody who types go on; the dialog takes the keyboard when the field is left. */
  readonly polite?: boolean
  /** What gets the focus; the dialog itself when there is nothing. */
  readonly initialFocus?: () => HTMLElement | null | undefined
  /** Called whenever the dialog has taken the focus. */
  readonly onEnter?: () => void
}

/**
 * Moves the focus into a dialog, keeps it there, and gives it back at the end. Returns whether the
 * dialog has the keyboard: a polite one may have to wait for it.
 */
export function useDialog(
  ref: RefObject<HTMLElement | null>,
  { open, onTop = true, polite = false, initialFocus, onEnter }: DialogOptions,
): boolean {
  const [waiting, setWaiting] = useState(() => polite && takesText(focusedElement()))
  const holds = open && onTop
  const enter = useEffectEvent(() => {
    onEnter?.()
    ;(initialFocus?.() ?? ref.current)?.focus({ preventScroll: true })
  })

  const before = useRef<Element>(null)
  const giveBack = useEffectEvent(() => {
    const to = before.current
    before.current = null
    const at = focusedElement()
    const ours = at === null || at === document.body || ref.current?.contains(at)
    if (ours && to instanceof HTMLElement && to.isConnected) to.focus()
  })

  // Declared first, so that at the end it lets go before the focus is given back below.
  useLayoutEffect(() => {
    if (!holds) return
    const isOutside = (node: unknown) =>
      ref.current !== null && !(node instanceof Node && ref.current.contains(node))
    const onFocus = (event: FocusEvent) => {
      setWaiting(false)
      if (isOutside(event.target)) enter()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Tab' || event.defaultPrevented || !ref.current) return
      setWaiting(false)
      if (isOutside(focusedElement())) {
        event.preventDefault()
        enter()
      } else {
        wrapTab(ref.current, event)
      }
    }
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onKey)
    }
  }, [ref, holds])

  useLayoutEffect(() => {
    if (open) before.current = focusedElement()
    // Not when the effect ends: React still holds the focus where it was while it changes the page.
    else giveBack()
  }, [open])
  useLayoutEffect(() => () => giveBack(), [])

  // After every drawing: a button that had the focus may be gone.
  useLayoutEffect(() => {
    if (!holds || waiting) return
    const at = focusedElement()
    if (at === null || at === document.body || !ref.current?.contains(at)) enter()
  })

  return holds && !waiting
}
