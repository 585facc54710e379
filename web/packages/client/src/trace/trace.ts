// Records the events and outputs of a phone, so that `parley replay` can run a failed call again.
// Format and redaction: docs/reporting-a-bug.md; why a trace begins with its page:
// docs/decisions/0007-traces-start-with-the-page.md.
import type { Core } from '../core'
import type { PhoneEvent, PhoneOutput } from '../generated/phone'
import { createRedactor } from './redact'

const TRACE_VERSION = 1

/**
 * An hour of a call makes about 17,000 events (counters are read every two seconds, the microphone
 * is measured every 0.6 s). A waiting page only has presence events. The limit covers three hours
 * of calls, or days of waiting.
 */
const MAX_EVENTS = 50_000
/** 50,000 events take about two thirds of this; descriptions and large views take the rest. */
const MAX_CHARACTERS = 12 * 1024 * 1024
/** Drops this share at a time, so that a full trace does not move all lines on every event. */
const DROPPED_AT_ONCE = 1 / 8

export type TraceLimits = { readonly events: number; readonly characters: number }

export type Trace = {
  /** Records an event and its output; there is no output if the core failed on it. */
  note(atMs: number, event: PhoneEvent, output?: PhoneOutput): void
  /** The trace as text, without private data. */
  text(): string
}

type Line = {
  readonly atMs: number
  /** JSON text: it takes less memory than objects and can't be changed later. */
  readonly json: string
  /** The socket, if the event is only a keep-alive and its answer. */
  readonly keepAlive: number | undefined
  /** The number of keep-alives left out right before this one. */
  repeats: number
}

export function createTrace(
  { seed, version }: Pick<Core, 'seed' | 'version'>,
  startedAtUnixMs: number,
  limits: TraceLimits = { events: MAX_EVENTS, characters: MAX_CHARACTERS },
): Trace {
  let lines: Line[] = []
  let characters = 0
  let dropped = 0

  const dropOldest = () => {
    const fewest = Math.ceil(lines.length * DROPPED_AT_ONCE)
    let count = 0
    while (count < lines.length && (count < fewest || characters > limits.characters)) {
      const line = lines[count++] as Line
      characters -= line.json.length
      dropped += 1 + line.repeats
    }
    lines = lines.slice(count)
  }

  return {
    note(atMs, event, output) {
      const json = JSON.stringify({ event, ...(output && withoutPresence(output)) })
      const keepAlive = socketOfKeepAlive(event, output)
      const line: Line = { atMs, json, keepAlive, repeats: 0 }
      const last = lines.at(-1)
      if (last && keepAlive !== undefined && last.keepAlive === keepAlive) {
        // The keep-alive has the same effect as the one before; the phone's state is the same.
        line.repeats = last.repeats + 1
        characters -= last.json.length
        lines.pop()
      }
      lines.push(line)
      characters += json.length
      if (lines.length > limits.events || characters > limits.characters) dropOldest()
    },

    text() {
      const redactor = createRedactor()
      const header = {
        parley_trace: TRACE_VERSION,
        core: version,
        seed,
        started_at_ms: startedAtUnixMs,
        ...(dropped > 0 && { dropped }),
      }
      const events = lines.map(({ atMs, json, repeats }) => {
        const { event, ...outcome } = JSON.parse(json) as Record<string, unknown>
        const again = repeats > 0 ? { repeats } : {}
        return {
          at: atMs,
          event: redactor.redact(event),
          ...(redactor.redact(outcome) as object),
          ...again,
        }
      })
      return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join('')
    },
  }
}

/** A core that records all its events in a trace. */
export function traced(core: Core, trace: Trace): Core {
  return {
    seed: core.seed,
    version: core.version,
    destroy: () => core.destroy(),
    handle(event, nowMs) {
      try {
        const answer = core.handle(event, nowMs)
        // A refused event changes nothing.
        if (answer.ok) trace.note(nowMs, event, answer.output)
        return answer
      } catch (thrown) {
        trace.note(nowMs, event)
        throw thrown
      }
    },
  }
}

/** Presence of hundreds of people does not concern a call and would be most of the trace. */
function withoutPresence(output: PhoneOutput): PhoneOutput {
  return output.view ? { ...output, view: { ...output.view, presence: [] } } : output
}

function socketOfKeepAlive(event: PhoneEvent, output?: PhoneOutput): number | undefined {
  if (event.type !== 'frame_received' || !event.text.startsWith('{"type":"ping"')) return undefined
  if (!output || output.view || output.effects.length !== 1) return undefined
  const [effect] = output.effects
  return effect?.type === 'send_frame' && effect.text.startsWith('{"type":"pong"')
    ? event.socket
    : undefined
}
