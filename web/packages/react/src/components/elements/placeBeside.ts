/** The distance from the edge of the page and from the button. */
const MARGIN_PX = 8

/** `centre`: the middles of menu and button are in line. `end`: their ends are. */
export type Align = 'centre' | 'end'

/**
 * Puts a menu above or below its button, on the side with more room, inside the page. Uses the
 * coordinates of the page, because the button's surroundings may clip it.
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
