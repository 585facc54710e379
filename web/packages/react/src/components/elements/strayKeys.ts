// Keys that were meant for something else when a window came up under the fingers.
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react'

/** Fingers that are typing when the call comes in need this long to notice it. */
const QUIET_MS = 500

/** Keys that are used in a dialog, and are no typing there. */
const harmless = new Set([
  ...['Tab', 'Escape', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  ...['Shift', 'Control', 'Alt', 'Meta'],
])

/**
 * When a key was last pressed outside of the window. All times are those of events, which browsers
 * measure at the keyboard: a page that stands still gets its keys late, and all at once.
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
 * Lets Enter and Space through only when the window could be seen as they were pressed, nothing was typed
 * for a while, and the key was not already down: a stray one would open somebody's microphone. Typing that
 * goes on inside is still typing. Whoever moves into the window, by Tab or by a press, has noticed it.
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

/** When what is drawn first could be seen: the frame after the one that draws it. */
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
