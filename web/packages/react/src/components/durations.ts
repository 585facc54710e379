import type { CallStrings } from '../strings/en'

/** How a clock writes it: 0:07, 12:34, 1:02:03. Negative and broken values read as 0:00. */
export function clockText(milliseconds: number): string {
  const { hours, minutes, seconds } = split(milliseconds)
  const tail = String(seconds).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** How a person says it: 2 minutes 5 seconds. */
export function spokenText(milliseconds: number, strings: CallStrings): string {
  return inWords(milliseconds, strings.hours, strings.minutes, strings.seconds)
}

/** The same in little room: 2 min 5 s. Never mistaken for a time of day. */
export function shortText(milliseconds: number, strings: CallStrings): string {
  return inWords(milliseconds, strings.hoursShort, strings.minutesShort, strings.secondsShort)
}

/** The same for machines, ISO 8601 as `<time dateTime>` takes it. */
export function machineText(milliseconds: number): string {
  return `PT${Math.floor(safe(milliseconds) / 1000)}S`
}

type Counted = (count: number) => string

function inWords(milliseconds: number, inHours: Counted, inMinutes: Counted, inSeconds: Counted) {
  const { hours, minutes, seconds } = split(milliseconds)
  const parts: string[] = []
  if (hours > 0) parts.push(inHours(hours))
  if (minutes > 0) parts.push(inMinutes(minutes))
  // Nobody counts the seconds of an hour.
  if (hours === 0 && (seconds > 0 || minutes === 0)) parts.push(inSeconds(seconds))
  return parts.join(' ')
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
