import { useEffect, type RefObject } from 'react'

/** Six steps a second are enough for rings that fade; every frame would cost a tenth of a slow core. */
const STEP_MS = 160
/** A step that comes so late says that there is no time to spare for decoration. */
const LATE_MS = 150
/** Nothing moves for so long after a late step. */
const REST_MS = 3000

/**
 * Moves the animations of an element, which the style sheet holds still, step by step: left to the
 * browser they would be drawn sixty times a second, on machines that need the time to answer the call.
 */
export function useWaves(ref: RefObject<HTMLElement | null>, moves: boolean): void {
  useEffect(() => {
    const element = ref.current
    if (!moves || typeof element?.getAnimations !== 'function') return
    let timer: ReturnType<typeof setTimeout> | undefined
    let movedMs = 0
    let due = performance.now()
    let restsUntil = -Infinity
    const step = () => {
      const now = performance.now()
      if (now - due > LATE_MS) restsUntil = now + REST_MS
      if (now >= restsUntil) {
        movedMs += STEP_MS
        for (const wave of element.getAnimations({ subtree: true })) wave.currentTime = movedMs
      }
      due = now + STEP_MS
      timer = setTimeout(step, STEP_MS)
    }
    step()
    return () => clearTimeout(timer)
  }, [ref, moves])
}
