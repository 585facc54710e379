import { useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react'

import { focusedElement, takesText, wrapTab } from './focus'

export type DialogOptions = {
  /** Whether the dialog is open; a call that was made small is not. */
  readonly open: boolean
  /** Whether no other dialog lies over it. Only the top one has the focus. */
  readonly onTop?: boolean
  /** Whether nothing is left to do in it. */
  readonly over?: boolean
  /** Lets a person who types continue. The dialog takes the focus when the field loses it. */
  readonly polite?: boolean
  /** The element that gets the focus; by default the dialog. */
  readonly initialFocus?: () => HTMLElement | null | undefined
  /** Called whenever the dialog has taken the focus. */
  readonly onEnter?: () => void
}

/**
 * Moves the focus into a dialog, keeps it there, and returns it at the end. A small dialog does not
 * take the focus, but keeps it when its focused element is removed. Returns whether the dialog has
 * the focus; a polite one may have to wait.
 */
export function useDialog(
  ref: RefObject<HTMLElement | null>,
  { open, onTop = true, over = false, polite = false, initialFocus, onEnter }: DialogOptions,
): boolean {
  const [waiting, setWaiting] = useState(() => polite && takesText(focusedElement()))
  const holds = open && onTop
  const enter = useEffectEvent(() => {
    onEnter?.()
    ;(initialFocus?.() ?? ref.current)?.focus({ preventScroll: true })
  })

  const outside = useRef<Element>(null)
  const before = useRef<Element>(null)
  const giveBack = useEffectEvent(() => {
    const at = focusedElement()
    const to = before.current ?? (ref.current?.contains(at) === true ? outside.current : null)
    before.current = null
    const ours = at === null || at === document.body || ref.current?.contains(at)
    if (ours && to instanceof HTMLElement && to.isConnected) to.focus()
  })

  const inside = useRef<Element>(null)
  useLayoutEffect(() => {
    const onFocus = ({ target, relatedTarget }: FocusEvent) => {
      const isInside = target instanceof Element && ref.current?.contains(target) === true
      inside.current = isInside ? target : null
      if (!isInside || outside.current?.isConnected === true) return
      const from = relatedTarget instanceof Element ? relatedTarget : null
      if (from !== null && ref.current?.contains(from) === false) outside.current = from
    }
    document.addEventListener('focusin', onFocus)
    return () => document.removeEventListener('focusin', onFocus)
  }, [ref])

  // This effect is declared first, so that its cleanup runs before the focus is returned below.
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
    // Not in the cleanup: React restores the focus while it changes the page.
    if (!open) return giveBack()
    const at = focusedElement()
    // If the dialog was opened from within, as when a small call is made large, the earlier element
    // stays.
    if (!ref.current?.contains(at)) outside.current = at
    before.current = outside.current
  }, [ref, open])
  useLayoutEffect(() => () => giveBack(), [])

  // After every render, because the focused button may have been removed.
  useLayoutEffect(() => {
    if (!holds || waiting) return
    const at = focusedElement()
    if (at === null || at === document.body || !ref.current?.contains(at)) enter()
  })

  useLayoutEffect(() => {
    if (open || inside.current === null || inside.current.isConnected) return
    inside.current = null
    const at = focusedElement()
    if (at !== null && at !== document.body) return
    const to = over && outside.current?.isConnected === true ? outside.current : ref.current
    if (to instanceof HTMLElement) to.focus({ preventScroll: true })
  })

  return holds && !waiting
}
