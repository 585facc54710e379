import type { SourceKind } from '@parley/client'
import { useState } from 'react'

import type { CallNote } from './notes'

export type HiddenNotes = {
  /** The keys of the notes that were put away. */
  readonly hidden: ReadonlySet<string>
  readonly hide: (note: CallNote) => void
  /** Who switches a source wants to hear about it again. */
  readonly showAbout: (source: SourceKind) => void
  /** What was over and comes back is news. */
  readonly forgetOthers: (keys: readonly string[]) => void
}

/** Remembers which notes of a call the person has read and put away. */
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
