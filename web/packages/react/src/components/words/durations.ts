import { numberText } from '../../strings/regional'
import type { CallStrings, Counted } from '../../strings/types'

/**
 * A duration as a clock shows it: 0:07, 12:34, 1:02:03. Negative and invalid values become 0:00.
 */
export function clockText(milliseconds: number, locale = 'en'): string {
  const { hours, minutes, seconds } = split(milliseconds)
  const two = (count: number) => numberText(count, locale, 2)
  const tail = two(seconds)
  return hours > 0
    ? `${numberText(hours, locale)}:${two(minutes)}:${tail}`
    : `${numberText(minutes, locale)}:${tail}`
}

/** A duration in words: 2 minutes 5 seconds. */
export function spokenText(milliseconds: number, strings: CallStrings): string {
  const { hours, minutes, seconds, durationJoint } = strings
  return inWords(milliseconds, hours, minutes, seconds).join(durationJoint)
}

/** A duration in short words: 2 min 5 s. It can't be mistaken for a time of day. */
export function shortText(milliseconds: number, strings: CallStrings): string {
  const { hoursShort, minutesShort, secondsShort } = strings
  return inWords(milliseconds, hoursShort, minutesShort, secondsShort).join(' ')
}

/** A duration in ISO 8601, for `<time dateTime>`. */
export function machineText(milliseconds: number): string {
  return `PT${Math.floor(safe(milliseconds) / 1000)}S`
}

function inWords(milliseconds: number, inHours: Counted, inMinutes: Counted, inSeconds: Counted) {
  const { hours, minutes, seconds } = split(milliseconds)
  const parts: string[] = []
  if (hours > 0) parts.push(inHours(hours))
  if (minutes > 0) parts.push(inMinutes(minutes))
  // After an hour, seconds are left out.
  if (hours === 0 && (seconds > 0 || minutes === 0)) parts.push(inSeconds(seconds))
  return parts
}

function split(milliseconds: number) {
  const total = Math.floor(safe(milliseconds) / 1000)
  return {
    hours: Math.floor(total / 3600),
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  }
}

function safe(milliseconds: number): number {
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : 0
}
