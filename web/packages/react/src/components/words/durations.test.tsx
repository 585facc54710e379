import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'

import { en } from '../../strings/en'
import { clockText, machineText, shortText, spokenText } from './durations'
import { DurationText } from '../elements/DurationText'

afterEach(cleanup)

describe('a duration', () => {
  it.each([
    [0, '0:00', '0 seconds', 'PT0S'],
    [999, '0:00', '0 seconds', 'PT0S'],
    [1000, '0:01', '1 second', 'PT1S'],
    [59_999, '0:59', '59 seconds', 'PT59S'],
    [60_000, '1:00', '1 minute', 'PT60S'],
    [754_000, '12:34', '12 minutes 34 seconds', 'PT754S'],
    [3_599_999, '59:59', '59 minutes 59 seconds', 'PT3599S'],
    [3_600_000, '1:00:00', '1 hour', 'PT3600S'],
    [3_723_000, '1:02:03', '1 hour 2 minutes', 'PT3723S'],
    [360_000_000, '100:00:00', '100 hours', 'PT360000S'],
    [-1, '0:00', '0 seconds', 'PT0S'],
    [Number.NaN, '0:00', '0 seconds', 'PT0S'],
  ])('of %d ms reads %s', (milliseconds, clock, spoken, machine) => {
    expect(clockText(milliseconds)).toBe(clock)
    expect(spokenText(milliseconds, en.call)).toBe(spoken)
    expect(machineText(milliseconds)).toBe(machine)
  })

  it.each([
    [7000, '7 s'],
    [754_000, '12 min 34 s'],
    [4_210_000, '1 h 10 min'],
  ])('of %d ms fits a narrow column as %s', (milliseconds, short) => {
    expect(shortText(milliseconds, en.call)).toBe(short)
  })

  it('is not announced while it runs, and can be read in words', () => {
    render(<DurationText milliseconds={65_000} running />)
    const timer = screen.getByRole('timer')
    expect(timer.textContent).toBe('1:05')
    expect(timer.getAttribute('aria-label')).toBe('Duration: 1 minute 5 seconds')
    expect(timer.closest('[aria-live], [role=status], [role=alert]')).toBeNull()
  })

  it('is a time for machines once it stands', () => {
    render(<DurationText milliseconds={65_000} />)
    const words = screen.getByText('1 minute 5 seconds')
    expect(words.closest('time')?.dateTime).toBe('PT65S')
    expect(screen.getByText('1 min 5 s').getAttribute('aria-hidden')).toBe('true')
  })
})
