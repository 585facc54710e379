// Days and times in words, in the person's time zone.
import type { CallRecord } from '@parley/client'
import { regional, type AppStrings } from '@parley/react'

export type Day = { readonly day: number; readonly items: readonly CallRecord[] }

/** Groups calls by the day on which they began; `day` is its midnight. */
export function byDay(calls: readonly CallRecord[]): readonly Day[] {
  const days: { day: number; items: CallRecord[] }[] = []
  for (const call of calls) {
    const day = midnightOf(call.invited_at_ms)
    const last = days.at(-1)
    if (last?.day === day) last.items.push(call)
    else days.push({ day, items: [call] })
  }
  return days
}

export function dayName(
  day: number,
  strings: AppStrings,
  locale: string,
  now = Date.now(),
): string {
  const today = midnightOf(now)
  if (day === today) return strings.today
  // Half a day before midnight is yesterday, even when the clocks were changed.
  if (day === midnightOf(today - 12 * 3_600_000)) return strings.yesterday
  const sameYear = new Date(day).getFullYear() === new Date(now).getFullYear()
  return new Date(day).toLocaleDateString(regional(locale), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}

export function clockTime(milliseconds: number, locale: string): string {
  return new Date(milliseconds).toLocaleTimeString(regional(locale), {
    hour: 'numeric',
    minute: '2-digit',
  })
}

/** Day and time, to the minute. */
export function clockDate(milliseconds: number, locale: string): string {
  return new Date(milliseconds).toLocaleString(regional(locale), {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}

/** A time to the second, for comparison with other records. */
export function exactTime(milliseconds: number, locale: string): string {
  return new Date(milliseconds).toLocaleTimeString(regional(locale), { timeStyle: 'medium' })
}

export function exactDate(milliseconds: number, locale: string): string {
  return new Date(milliseconds).toLocaleString(regional(locale), {
    dateStyle: 'medium',
    timeStyle: 'medium',
  })
}

function midnightOf(milliseconds: number): number {
  return new Date(milliseconds).setHours(0, 0, 0, 0)
}
