import { useLayoutEffect, useState, type RefObject } from 'react'

/** The width of a control with its name and the gap. Two controls have a menu, which is wider. */
const CONTROL_REM = 6.25
const MENUS_REM = 3

/** Whether this many controls fit side by side in the bar, measured in its text size. */
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
    // Measures before the observer does, so that the first frame already has the right layout.
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(bar)
    return () => observer.disconnect()
  }, [ref])

  return controls * CONTROL_REM + MENUS_REM <= roomRem
}
