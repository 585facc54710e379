// Ignores keys that were meant for another element when a window opened.
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react'

/** A person who types needs this long to notice the call. */
const QUIET_MS = 500

/** Keys that move in a dialog; they are not typing. */
const harmless = new Set([
  ...['Tab', 'Escape', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  ...['Shift', 'Control', 'Alt', 'Meta'],
])

/**
 * The time of the last key press outside of the window. All times are event times, which browsers
 * take at the keyboard: a busy page gets its keys late and all at once.
 */
export function useTypedAt(selector: string): RefObject<number> {
  const typedAt = useRef(-Infinity)
  useEffect(() => {
    const note = ({ target, timeStamp }: Event) => {
      const isInside = target instanceof Element && target.closest(selector) !== null
      if (!isInside) typedAt.current = timeStamp
    }
    document.addEventListener('keydown', note, { capture: true })
    return () => document.removeEventListener('keydown', note, { capture: true })
  }, [selector])
  return typedAt
}

/**
 * Lets Enter and Space through only if the window was visible when they were pressed, nothing was
 * typed for a while, and the key was not held down already. A stray key would open the microphone.
 * A person who moves into the window by Tab or by a press has noticed it.
 */
export function useStrayKeyGuard(
  dialog: RefObject<HTMLElement | null>,
  typedAt: RefObject<number>,
) {
  const paintedAt = usePaintedAt()
  const typedHereAt = useRef(-Infinity)
  const pressed = useRef<string>(undefined)

  useEffect(() => {
    const onMove = (event: Event) => {
      const { type, target, timeStamp } = event
      const moves =
        type === 'keydown'
          ? (event as globalThis.KeyboardEvent).key === 'Tab'
          : target instanceof Node && dialog.current?.contains(target) === true
      if (!moves || timeStamp < paintedAt.current) return
      typedAt.current = -Infinity
      typedHereAt.current = -Infinity
    }
    const kinds = ['keydown', 'pointerdown'] as const
    for (const kind of kinds) document.addEventListener(kind, onMove, { capture: true })
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, onMove, { capture: true })
    }
  }, [dialog, typedAt, paintedAt])

  return {
    reset: () => {
      pressed.current = undefined
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (harmless.has(event.key)) return
      const at = event.nativeEvent.timeStamp
      const quietMs = at - Math.max(typedAt.current, typedHereAt.current)
      const stray = event.repeat || at < paintedAt.current || quietMs < QUIET_MS
      if (stray || !presses(event.key)) typedHereAt.current = at
      if (!presses(event.key)) return
      if (stray) event.preventDefault()
      else pressed.current = event.key
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (presses(event.key) && pressed.current !== event.key) event.preventDefault()
      pressed.current = undefined
    },
  }
}

/** The time of the frame after the first one that shows the window. */
function usePaintedAt(): RefObject<number> {
  const paintedAt = useRef(Infinity)
  useLayoutEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame((time) => {
        paintedAt.current = time
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [])
  return paintedAt
}

function presses(key: string): boolean {
  return key === 'Enter' || key === ' '
}
