import {
  errors,
  type CallView,
  type Direction,
  type EndReason,
  type ErrorCode,
} from '@parley/client'
import { callView, legStatus } from '@parley/client/testing'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'

import { en } from '../../strings/en'
import { Problem } from '../elements/Problem'
import { endingOf, needsNoReading, statusText, worthCallingAgain } from './wording'

afterEach(cleanup)

const codes = Object.keys(errors) as ErrorCode[]
const reasons = Object.keys(en.call.ended) as EndReason[]
const directions: readonly Direction[] = ['outgoing', 'incoming']
const endings = reasons.flatMap((reason) => directions.map((direction) => ({ reason, direction })))

describe('words', () => {
  it('exist for every phase, all different', () => {
    const phases = [
      'calling',
      'ringing',
      'incoming',
      'active',
      'reconnecting',
      'elsewhere',
    ] as const
    const words = phases.map((phase) => statusText(callView({ phase }), en.call))
    expect(new Set(words).size).toBe(phases.length)
    for (const one of words) expect(one).toMatch(/\w/)
  })

  it.each<[string, Partial<CallView>, string]>([
    ['one device that rings', { phase: 'ringing', devices_ringing: 1 }, 'Ringing…'],
    ['several', { phase: 'ringing', devices_ringing: 3 }, 'Ringing on 3 devices…'],
    ['a call that waits', { phase: 'ringing', waiting: true }, 'In another call. They hear yours…'],
    [
      'devices that have fallen silent',
      { phase: 'ringing', quiet: true },
      'Ringing, but their device does not respond just now…',
    ],
    ['a call held here', { phase: 'active', held: true }, 'On hold'],
    [
      'a call held there',
      {
        phase: 'active',
        peer_status: legStatus({ held: true }),
      },
      'You are on hold',
    ],
    ['a held call being brought back', { phase: 'reconnecting', held: true }, 'On hold'],
  ])('tell about %s', (_, change, words) => {
    expect(statusText(callView(change), en.call)).toBe(words)
  })

  it.each(endings)('exist for $direction $reason', ({ reason, direction }) => {
    const { title } = endingOf(callView({ phase: 'ended', reason, direction }), en)
    expect(title).toMatch(/^[A-Z].*\w$/)
    expect(title).not.toContain('_')
  })

  it.each(codes)('exist for %s, with a next step', (problem) => {
    const call = callView({ phase: 'ended', reason: 'failed', problem })
    const { title, detail } = endingOf(call, en)
    expect(title).toBe('Call failed')
    expect(detail).toBe(`${errors[problem].sentence} ${errors[problem].nextStep}`)
    render(<Problem error={problem} />)
    expect(screen.getByText(errors[problem].sentence)).toBeDefined()
    expect(screen.getByText(errors[problem].nextStep, { exact: false })).toBeDefined()
  })

  it('never show a code to people', () => {
    for (const code of codes) {
      const { sentence, nextStep } = errors[code]
      expect(`${sentence} ${nextStep}`).not.toMatch(/[a-z]+\/[a-z]+-|_|Error\b/)
    }
  })

  it('are all in the catalogue', () => {
    const empty: string[] = []
    const visit = (value: unknown, path: string) => {
      // The text between two words may be a space.
      const joint = path.endsWith('Joint')
      if (typeof value === 'string' && value.trim() === '' && !joint) empty.push(path)
      if (typeof value !== 'object' || value === null) return
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`)
    }
    visit(en, 'en')
    expect(empty).toEqual([])
  })
})

describe('calling again', () => {
  it.each<[EndReason, Direction, boolean]>([
    ['completed', 'outgoing', false],
    ['declined', 'outgoing', false],
    ['cancelled', 'outgoing', false],
    ['busy', 'outgoing', true],
    ['no_answer', 'outgoing', true],
    ['unreachable', 'outgoing', true],
    ['abandoned', 'outgoing', true],
    ['answered_elsewhere', 'incoming', false],
    ['declined', 'incoming', false],
    ['cancelled', 'incoming', true],
    ['no_answer', 'incoming', true],
  ])('after %s, %s: %s', (reason, direction, worth) => {
    expect(worthCallingAgain(callView({ phase: 'ended', reason, direction }))).toBe(worth)
  })

  it.each(codes)('is offered after %s if it can succeed', (problem) => {
    const call = callView({ phase: 'ended', reason: 'failed', problem })
    expect(worthCallingAgain(call)).toBe(errors[problem].retry !== 'never')
  })

  it('keeps an ending that must be read on the screen', () => {
    for (const { reason, direction } of endings) {
      const call = callView({ phase: 'ended', reason, direction })
      if (worthCallingAgain(call)) expect(needsNoReading(call)).toBe(false)
    }
    const failed = callView({
      phase: 'ended',
      reason: 'completed',
      problem: 'connection/media-lost',
    })
    expect(needsNoReading(failed)).toBe(false)
  })
})
