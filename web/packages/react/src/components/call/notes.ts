// What a person in a call should know, the most important first.
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

/** Notes at a time: more than two are read by nobody, and hide the call. */
export const MOST_NOTES = 2

export type CallNote = {
  /** Another key is other news: it is read out, and shown even if the last was put away. */
  readonly key: string
  /** What it is about; switching that is asking to hear about it again. */
  readonly source?: SourceKind
  readonly icon: IconName
  readonly title: string
  readonly detail?: string | undefined
  readonly action?: { readonly label: string; readonly onPress: () => void }
  /** It stays until what it says is over. */
  readonly stays?: boolean
}

export type NotesOptions = {
  readonly call: CallView
  readonly session: SessionPhase
  readonly soundBlocked: boolean
  readonly found: DeviceList
  readonly onAllowSound: () => void
  /** Switches a source on, or tries to once more. */
  readonly onSwitchOn: (source: SourceKind) => void
  readonly onChooseMicrophone: () => void
}

/**
 * Every note there is to show. In order: what has to be pressed before anything is heard; what keeps
 * the other side from hearing; the way to the server; what keeps it from seeing; what works, but
 * differently than chosen.
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

/** It is sent, or would be if it were not muted: a microphone stays open for that. */
function works({ state, request }: SourceView): boolean {
  return state === 'on' || (state === 'off' && request !== undefined)
}

/** A source that is wanted and can't be had. */
function troubleNotes(
  { call, onSwitchOn }: NotesOptions,
  { call: words, errors: texts }: Strings,
  source: SourceKind,
): readonly CallNote[] {
  const { problem, state } = call[source]
  if (problem === undefined || works(call[source])) return []
  // A page that is not secure has neither; one note is enough.
  if (source === 'camera' && problem === call.microphone.problem) return []
  const { sentence, nextStep } = texts[problem]
  // Nothing here switches on what is switched off somewhere else.
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

/** A device that works in the place of the one that was chosen. */
function substituteNotes(
  { call, found }: NotesOptions,
  { call: words, errors: texts }: Strings,
  source: 'microphone' | 'camera',
): readonly CallNote[] {
  const { problem, device } = call[source]
  if (problem === undefined || !works(call[source])) return []
  // What is muted here may be muted over there as well.
  if (problem === `device/${source}-silenced`) return []
  const name = deviceName(found, source, device)
  const { named, unnamed } = words.substitute[source]
  // "No microphone was found" would be untrue: one is in use.
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
