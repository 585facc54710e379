import type { SourceKind } from '@parley/client'
import { useState } from 'react'

import type { CallNote } from './notes'

export type HiddenNotes = {
  /** The keys of the dismissed notes. */
  readonly hidden: ReadonlySet<string>
  readonly hide: (note: CallNote) => void
  /** Shows the dismissed notes about a source again, because the person has switched it. */
  readonly showAbout: (source: SourceKind) => void
  /** Forgets all other keys: a problem that returns is shown again. */
  readonly forgetOthers: (keys: readonly string[]) => void
}

/** Remembers which notes of a call the person has dismissed. */
export function useHiddenNotes(): HiddenNotes {
  const [notes, setNotes] = useState<readonly CallNote[]>([])
  return {
    hidden: new Set(notes.map(({ key }) => key)),
    hide: (note) => setNotes([...notes, note]),
    showAbout: (source) => setNotes(notes.filter((note) => note.source !== source)),
    forgetOthers: (keys) => {
      if (!notes.every(({ key }) => keys.includes(key))) {
        setNotes(notes.filter(({ key }) => keys.includes(key)))
      }
    },
  }
}
