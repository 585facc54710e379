import { useParley } from '@parley/react'
import { useEffect, useState } from 'react'

/**
 * Counts how often the people on the server, or what oneself has decided about them, may have changed:
 * each from the moment on at which it is this page's turn to ask.
 */
export function usePeopleChanges(): number {
  const told = useParley((view) => view.people_changes ?? 0)
  const withinMs = useParley((view) => view.people_ask_within_ms ?? 0)
  const [turn, setTurn] = useState(told)
  useEffect(() => {
    const timer = setTimeout(() => setTurn(told), Math.random() * withinMs)
    return () => clearTimeout(timer)
  }, [told, withinMs])
  return turn
}
