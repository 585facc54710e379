import { useEffect, type RefObject } from 'react'

/**
 * Six steps a second are enough for fading rings; drawing every frame would take a tenth of a slow
 * CPU.
 */
const STEP_MS = 160
/** A step that is this late shows that the CPU is busy. */
const LATE_MS = 150
/** The animation pauses this long after a late step. */
const REST_MS = 3000

/**
 * Runs the paused animations of an element step by step. Otherwise the browser draws them sixty
 * times a second, on machines that need the time for the call.
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
