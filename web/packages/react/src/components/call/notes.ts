// The notes about problems of a call, the most important first.
import {
  errors,
  type CallView,
  type DeviceList,
  type SessionPhase,
  type SourceView,
  type SourceKind,
} from '@parley/client'

import type { Strings } from '../../strings/types'
import { deviceName } from '../words/deviceNames'
import type { IconName } from '../elements/Icon'

/** The number of notes at a time: more would not be read, and would hide the call. */
export const MOST_NOTES = 2

export type CallNote = {
  /** Identifies the note. A new key is announced, and shown even if the last note was dismissed. */
  readonly key: string
  /** The source that the note is about. Switching it shows dismissed notes again. */
  readonly source?: SourceKind
  readonly icon: IconName
  readonly title: string
  readonly detail?: string | undefined
  readonly action?: { readonly label: string; readonly onPress: () => void }
  /** The note stays until its problem is over. */
  readonly stays?: boolean
}

export type NotesOptions = {
  readonly call: CallView
  readonly session: SessionPhase
  readonly soundBlocked: boolean
  readonly found: DeviceList
  readonly onAllowSound: () => void
  /** Switches a source on, or tries again. */
  readonly onSwitchOn: (source: SourceKind) => void
  readonly onChooseMicrophone: () => void
}

/**
 * All notes, in this order: blocked sound; problems of sending sound; the server connection;
 * problems of sending a picture; devices that replaced the chosen ones.
 */
export function notesOf(options: NotesOptions, strings: Strings): readonly CallNote[] {
  return [
    ...soundNotes(options, strings),
    ...askingNotes(options, strings),
    ...troubleNotes(options, strings, 'microphone'),
    ...hintNotes(options, strings),
    ...sessionNotes(options, strings),
    ...troubleNotes(options, strings, 'screen'),
    ...troubleNotes(options, strings, 'camera'),
    ...substituteNotes(options, strings, 'microphone'),
    ...substituteNotes(options, strings, 'camera'),
  ]
}

function soundNotes(
  { soundBlocked, onAllowSound }: NotesOptions,
  { call: words }: Strings,
): readonly CallNote[] {
  if (!soundBlocked) return []
  return [
    {
      key: 'sound-blocked',
      icon: 'speaker',
      title: words.soundBlocked,
      action: { label: words.allowSound, onPress: onAllowSound },
      stays: true,
    },
  ]
}

function askingNotes(
  { call: { microphone, camera } }: NotesOptions,
  { call: words }: Strings,
): readonly CallNote[] {
  if (!microphone.asking && !camera.asking) return []
  const one = microphone.asking ? 'microphone' : 'camera'
  const about = microphone.asking && camera.asking ? 'both' : one
  return [
    {
      key: `asking-${about}`,
      icon: one === 'microphone' ? 'microphone' : 'video',
      title: words.asking[about],
      detail: words.askingDetail,
      stays: true,
    },
  ]
}

/** Whether the device works. A muted microphone stays open. */
function works({ state, request }: SourceView): boolean {
  return state === 'on' || (state === 'off' && request !== undefined)
}

/** The notes about a source that is wanted but unavailable. */
function troubleNotes(
  { call, onSwitchOn }: NotesOptions,
  { call: words, errors: texts }: Strings,
  source: SourceKind,
): readonly CallNote[] {
  const { problem, state } = call[source]
  if (problem === undefined || works(call[source])) return []
  // An insecure page has neither source; one note is enough.
  if (source === 'camera' && problem === call.microphone.problem) return []
  const { sentence, nextStep } = texts[problem]
  // A switch outside of the page can't be undone here.
  const retries = errors[problem].retry === 'user' && state !== 'silenced'
  return [
    {
      key: problem,
      source,
      icon: 'info',
      title: sentence,
      detail: nextStep,
      ...(retries && { action: { label: words.tryAgain, onPress: () => onSwitchOn(source) } }),
    },
  ]
}

function hintNotes(
  { call, onSwitchOn, onChooseMicrophone }: NotesOptions,
  { call: words }: Strings,
): readonly CallNote[] {
  switch (call.sound_hint) {
    case 'none':
      return []
    case 'talking_while_muted':
      return [
        {
          key: call.sound_hint,
          source: 'microphone',
          icon: 'microphoneOff',
          title: words.talkingWhileMuted,
          detail: words.talkingWhileMutedDetail,
          action: { label: words.unmute, onPress: () => onSwitchOn('microphone') },
        },
      ]
    case 'silent_microphone':
      return [
        {
          key: call.sound_hint,
          source: 'microphone',
          icon: 'microphone',
          title: words.silentMicrophone,
          detail: words.silentMicrophoneDetail,
          action: { label: words.chooseAnother, onPress: onChooseMicrophone },
        },
      ]
  }
}

function sessionNotes({ session }: NotesOptions, { call: words }: Strings): readonly CallNote[] {
  if (session !== 'reconnecting') return []
  return [
    {
      key: 'session-reconnecting',
      icon: 'offline',
      title: words.sessionReconnecting,
      detail: words.sessionReconnectingDetail,
      stays: true,
    },
  ]
}

/** The note about a device that replaced the chosen one. */
function substituteNotes(
  { call, found }: NotesOptions,
  { call: words, errors: texts }: Strings,
  source: 'microphone' | 'camera',
): readonly CallNote[] {
  const { problem, device } = call[source]
  if (problem === undefined || !works(call[source])) return []
  // A muted device may be silenced too.
  if (problem === `device/${source}-silenced`) return []
  const name = deviceName(found, source, device)
  const { named, unnamed } = words.substitute[source]
  // "No microphone was found" would be wrong: one is in use.
  const missing = problem === `device/${source}-missing`
  return [
    {
      key: `substitute-${source}`,
      source,
      icon: 'info',
      title: name === undefined ? unnamed : named(name),
      detail: missing ? words.chosenMissing : texts[problem].sentence,
    },
  ]
}
