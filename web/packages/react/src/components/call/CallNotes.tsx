import { useEffect, useEffectEvent } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { MOST_NOTES, notesOf, type NotesOptions } from './notes'
import { Note } from '../elements/Problem'
import type { HiddenNotes } from './useHiddenNotes'

export type CallNotesProps = NotesOptions & { readonly memory: HiddenNotes }

/**
 * The two most important notes about problems of the call, with their remedies. A screen reader
 * announces each new note.
 */
export function CallNotes({ memory, ...options }: CallNotesProps) {
  const all = notesOf(options, useStrings())
  const keys = all.map(({ key }) => key).join(' ')
  const forget = useEffectEvent(memory.forgetOthers)
  useEffect(() => forget(keys.split(' ')), [keys])

  const notes = all.filter(({ key }) => !memory.hidden.has(key))
  return (
    <div className="parley-notes" role="status" aria-atomic="false">
      {notes.slice(0, MOST_NOTES).map((note) => (
        <Note
          key={note.key}
          icon={note.icon}
          title={note.title}
          detail={note.detail}
          retryLabel={note.action?.label}
          onRetry={note.action?.onPress}
          onHide={note.stays ? undefined : () => memory.hide(note)}
        />
      ))}
    </div>
  )
}
