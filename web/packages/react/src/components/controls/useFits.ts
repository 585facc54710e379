import { useLayoutEffect, useState, type RefObject } from 'react'

/** What a control takes with its name and the gap beside it; two of them have a menu, which is more. */
const CONTROL_REM = 6.25
const MENUS_REM = 3

/** Whether so many controls have room side by side in the bar; in the size that text has there. */
export function useFits(ref: RefObject<HTMLElement | null>, controls: number): boolean {
  const [roomRem, setRoomRem] = useState(Infinity)

  useLayoutEffect(() => {
    const bar = ref.current
    if (!bar || typeof ResizeObserver !== 'function') return
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(bar)
      const inside = bar.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
      setRoomRem(inside / parseFloat(getComputedStyle(document.documentElement).fontSize))
    }
    // Not only by the observer, which would draw the bar once without knowing its size.
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(bar)
    return () => observer.disconnect()
  }, [ref])

  return controls * CONTROL_REM + MENUS_REM <= roomRem
}
