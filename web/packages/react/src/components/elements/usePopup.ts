import {
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  type KeyboardEvent,
  type RefObject,
} from 'react'

import { placeBeside, type Align } from './placeBeside'

/** Closes the menu around an entry. */
export const MenuContext = createContext<() => void>(() => undefined)

export function useMenuContext(): () => void {
  return useContext(MenuContext)
}

export type PopupOptions = {
  readonly menu: RefObject<HTMLElement | null>
  readonly button: RefObject<HTMLElement | null>
  readonly align: Align
  readonly onClose: () => void
}

/**
 * Places an open menu, moves the focus into it, and closes it when the focus or a click goes
 * elsewhere.
 */
export function usePopup({ menu, button, align, onClose }: PopupOptions) {
  const leave = useEffectEvent(onClose)

  const close = () => {
    button.current?.focus({ preventScroll: true })
    onClose()
  }

  // After every render, because the focused entry may have been removed.
  useLayoutEffect(() => {
    if (menu.current && button.current) placeBeside(menu.current, button.current, align)
    if (menu.current?.contains(document.activeElement)) return
    const entries = entriesOf(menu.current)
    const first = entries.find((entry) => entry.getAttribute('aria-checked') === 'true')
    ;(first ?? entries[0] ?? menu.current)?.focus({ preventScroll: true })
  })

  useEffect(() => {
    const elsewhere = ({ target }: Event) => {
      const inside = [menu, button].some(
        ({ current }) => target instanceof Node && current?.contains(target),
      )
      if (!inside) leave()
    }
    const place = () => {
      if (menu.current && button.current) placeBeside(menu.current, button.current, align)
    }
    // The button moves when the page scrolls; scrolling inside the menu changes nothing.
    const scrolled = ({ target }: Event) => {
      if (target !== menu.current) place()
    }
    document.addEventListener('pointerdown', elsewhere, true)
    document.addEventListener('focusin', elsewhere)
    document.addEventListener('scroll', scrolled, true)
    window.addEventListener('resize', place)
    return () => {
      document.removeEventListener('pointerdown', elsewhere, true)
      document.removeEventListener('focusin', elsewhere)
      document.removeEventListener('scroll', scrolled, true)
      window.removeEventListener('resize', place)
    }
  }, [menu, button, align])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab') {
      // The browser moves the focus on from the button.
      close()
      return
    }
    // The shortcuts of the call do not work in a menu.
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      close()
      return
    }
    const entries = entriesOf(menu.current)
    const to = entryFor(event, entries)
    if (!to) return
    event.preventDefault()
    to.focus()
  }

  return { close, onKeyDown }
}

function entriesOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
}

/** The entry to which a key moves. */
function entryFor(
  { key, ctrlKey, metaKey, altKey }: KeyboardEvent,
  entries: readonly HTMLElement[],
): HTMLElement | undefined {
  const at = entries.findIndex((entry) => entry === document.activeElement)
  const step = (by: number) => entries.at((at + by) % entries.length)
  switch (key) {
    case 'ArrowDown':
      return step(1)
    case 'ArrowUp':
      return at <= 0 ? entries.at(-1) : step(-1)
    case 'Home':
      return entries[0]
    case 'End':
      return entries.at(-1)
  }
  if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return undefined
  const letter = key.toLocaleLowerCase()
  const after = [...entries.slice(at + 1), ...entries.slice(0, at + 1)]
  return after.find((entry) => entry.textContent.toLocaleLowerCase().startsWith(letter))
}
