// Computes the ringtone, the ringback and the tone of an ended call, and plays them through
// WebAudio. If a browser blocks sound until the first gesture, the tone starts with the gesture.
import type { Devices } from './devices'
import type { Tone } from '../generated/phone'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type Tones = {
  /** Plays this tone and stops any other. `ended` plays once, the others repeat. */
  play(tone: Tone): void
  /** Whether the browser blocks a tone that should play. */
  blocked(): boolean
  /** Tries to start the tone again; works only within a user gesture. */
  enable(): void
  close(): void
}

/**
 * Sample rate of `renderTone` in Hz. It is enough for tones below 4 kHz and needs a third of the
 * memory of 48 kHz.
 */
export const TONE_SAMPLE_RATE = 16_000

type Note = { readonly hz: number; readonly atS: number; readonly lengthS: number }
type Score = {
  readonly notes: readonly Note[]
  /** The length of one round in seconds, with its silence. */
  readonly roundS: number
  readonly volume: number
  /**
   * Share of the note's length after which its volume has fallen to a third; large for steady
   * notes.
   */
  readonly decay: number
}

// A rising chord, twice, like a wooden bar: audible across a room but not startling.
const ringtone: Score = {
  notes: [0, 0.9].flatMap((startS) =>
    [659.26, 830.61, 987.77, 1318.51].map((hz, index) => ({
      hz,
      atS: startS + index * 0.13,
      lengthS: 0.6,
    })),
  ),
  roundS: 3.2,
  volume: 0.3,
  decay: 0.25,
}

// A soft low third, one second in four, like the ringback of a telephone.
const ringback: Score = {
  notes: [392, 493.88].map((hz) => ({ hz, atS: 0, lengthS: 1 })),
  roundS: 4,
  volume: 0.09,
  decay: 3,
}

// Two soft notes every five seconds: noticed during a conversation but not disturbing.
const waiting: Score = {
  notes: [783.99, 987.77].map((hz, index) => ({ hz, atS: index * 0.18, lengthS: 0.35 })),
  roundS: 5,
  volume: 0.07,
  decay: 0.5,
}

const ended: Score = {
  notes: [659.26, 523.25, 392].map((hz, index) => ({ hz, atS: index * 0.16, lengthS: 0.3 })),
  roundS: 0.7,
  volume: 0.16,
  decay: 0.35,
}

const scores = { ringtone, waiting, ringback, ended } satisfies Record<Exclude<Tone, 'none'>, Score>

/**
 * Computes one round of a tone: mono samples between -1 and 1 at `TONE_SAMPLE_RATE`. For apps that
 * show or play tones outside of a call.
 */
export function renderTone(tone: Exclude<Tone, 'none'>): Float32Array<ArrayBuffer> {
  const { notes, roundS, volume, decay } = scores[tone]
  const samples = new Float32Array(Math.round(roundS * TONE_SAMPLE_RATE))
  for (const { hz, atS, lengthS } of notes) {
    const first = Math.round(atS * TONE_SAMPLE_RATE)
    const count = Math.min(Math.round(lengthS * TONE_SAMPLE_RATE), samples.length - first)
    for (let i = 0; i < count; ++i) {
      const t = i / TONE_SAMPLE_RATE
      // Each note fades in and out within 10 ms to avoid clicks.
      const edge = Math.min(1, t / 0.01, (lengthS - t) / 0.01)
      const fade = Math.exp(-t / (decay * lengthS))
      const wave = Math.sin(2 * Math.PI * hz * t) + 0.25 * Math.sin(4 * Math.PI * hz * t)
      samples[first + i] = (samples[first + i] ?? 0) + volume * edge * fade * wave
    }
  }
  return samples
}

export function createTones(
  platform: Platform,
  shell: Shell,
  speakers: Pick<Devices, 'route' | 'onChange'>,
): Tones {
  let context: AudioContext | undefined
  let source: AudioBufferSourceNode | undefined
  let playing: Tone = 'none'
  let stopListening: (() => void) | undefined
  let giveUpTurn: (() => void) | undefined
  let whenHeard: (() => void) | undefined
  let stopRouting: (() => void) | undefined
  const buffers = new Map<Tone, AudioBuffer>()

  const isBlocked = () => context?.state === 'suspended' && playing !== 'none'

  const resume = () => {
    if (!context) return
    context.resume().catch(ignore)
  }

  const rest = () => {
    giveUpTurn?.()
    giveUpTurn = undefined
    whenHeard = undefined
    silence()
  }

  const silence = () => {
    stopListening?.()
    stopListening = undefined
    if (!source) return
    source.onended = null
    source.stop()
    source.disconnect()
    source = undefined
  }

  const start = (tone: Exclude<Tone, 'none'>) => {
    context ??= openContext()
    if (!context) return
    // The tone of an ended call is current for a second; it must not start with a gesture minutes
    // later.
    if (tone === 'ended' && context.state !== 'running' && !platform.soundAllowed()) {
      playing = 'none'
      return
    }
    let buffer = buffers.get(tone)
    if (!buffer) {
      const samples = renderTone(tone)
      buffer = context.createBuffer(1, samples.length, TONE_SAMPLE_RATE)
      buffer.copyToChannel(samples, 0)
      buffers.set(tone, buffer)
    }
    source = context.createBufferSource()
    source.buffer = buffer
    source.loop = tone !== 'ended'
    source.onended = () => play('none')
    source.connect(context.destination)
    source.start()
    // Always resume: a suspend that was requested just now may not show in the state yet.
    resume()
    stopListening = platform.onGesture(resume)
  }

  /** All tabs ring but only one plays: the tab with a call, else the first one. */
  const startInTurn = (tone: Exclude<Tone, 'none'>) => {
    if (tone !== 'ringtone' && tone !== 'waiting') {
      start(tone)
      return
    }
    const takeTurn = () => {
      whenHeard = undefined
      silence()
      giveUpTurn = platform.takeTurn({
        urgent: tone === 'waiting',
        begin: () => attempt(() => start(tone)),
        lose: () => attempt(silence),
      })
    }
    if (platform.soundAllowed()) {
      takeTurn()
      return
    }
    // A tab with blocked sound must not take the turn; it queues when its context runs.
    context ??= openContext()
    if (!context) return
    whenHeard = takeTurn
    stopListening = platform.onGesture(resume)
    if (context.state === 'running') takeTurn()
    else resume()
  }

  const attempt = (action: () => void) => {
    try {
      action()
    } catch (thrown) {
      shell.log('warning', `no tone: ${describeError(thrown).name}`)
    }
  }

  const openContext = () => {
    const opened = platform.createAudioContext?.()
    if (!opened) return undefined
    opened.onstatechange = () => {
      if (opened.state === 'running' && whenHeard) attempt(whenHeard)
      shell.changed()
    }
    const route = () => void speakers.route(opened)
    route()
    stopRouting = speakers.onChange(route)
    return opened
  }

  const play = (tone: Tone) => {
    if (tone === playing) return
    playing = tone
    attempt(() => {
      rest()
      if (tone === 'none') context?.suspend().catch(ignore)
      else startInTurn(tone)
    })
    // A context that was never allowed to start does not report its state.
    if (isBlocked()) shell.changed()
  }

  return {
    play,
    blocked: () => isBlocked() && !platform.soundAllowed(),
    enable: resume,
    close() {
      play('none')
      stopRouting?.()
      context?.close().catch(ignore)
      context = undefined
      buffers.clear()
    },
  }
}

/** The tone stays silent; the interface still shows the call. */
function ignore() {
  // `blocked` reports the state to the interface.
}
