import { en } from '@parley/react'
import { describe, expect, it } from 'vitest'

import { byDay, dayName } from './dates'

const at = (text: string) => new Date(text).getTime()

describe('days', () => {
  it('group calls by the day on which they began', () => {
    const calls = ['2026-03-02T09:00', '2026-03-02T00:00', '2026-03-01T23:59'].map((text) => ({
      invited_at_ms: at(text),
    }))
    expect(byDay(calls as never).map(({ items }) => items.length)).toEqual([2, 1])
  })

  it.each([
    ['2026-03-02T00:00', 'Today'],
    ['2026-03-01T00:00', 'Yesterday'],
    ['2026-02-28T00:00', /Saturday.*28|28.*February/],
    ['2025-12-31T00:00', /2025/],
  ])('of %s are called %s', (day, name) => {
    const words = dayName(at(day), en.app, 'en', at('2026-03-02T18:00'))
    if (typeof name === 'string') expect(words).toBe(name)
    else expect(words).toMatch(name)
  })
})
