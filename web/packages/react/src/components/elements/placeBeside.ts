/** From the edge of the page, and from the button. */
const MARGIN_PX = 8

/** Whether the middle of the menu is over that of its button, or the ends of the two are in line. */
export type Align = 'centre' | 'end'

/**
 * Puts a menu above or below its button, wherever there is more room, and keeps it inside the page. In
 * the page's own coordinates: what is around the button may cut off what sticks out of it.
 */
export function placeBeside(menu: HTMLElement, button: HTMLElement, align: Align): void {
  const { top, bottom, left, right, width } = button.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const above = top - 2 * MARGIN_PX
  const below = clientHeight - bottom - 2 * MARGIN_PX
  const { style } = menu
  style.maxHeight = `${Math.max(above, below)}px`
  style.top = above >= below ? 'auto' : `${bottom + MARGIN_PX}px`
  style.bottom = above >= below ? `${clientHeight - top + MARGIN_PX}px` : 'auto'
  const most = clientWidth - menu.offsetWidth - MARGIN_PX
  const centred = left + (width - menu.offsetWidth) / 2
  const atEnd = getComputedStyle(menu).direction === 'rtl' ? left : right - menu.offsetWidth
  const wished = align === 'end' ? atEnd : centred
  style.left = `${Math.max(MARGIN_PX, Math.min(wished, most))}px`
}
