import { useParley } from '@parley/react'
import { useEffect, useState } from 'react'

/**
 * Counts the changes of the people on the server and of the person's decisions, each when it is
 * this page's turn to reload the list.
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
