import type { QualityView } from '@parley/client'
import { qualityView } from '@parley/client/testing'
import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'

import { liveCall, renderWithPhone } from '../../../test/phone'
import { ActiveCallModal } from './ActiveCallModal'
import { pathOf } from './TrendGraph'

afterEach(cleanup)

function shown(quality?: QualityView) {
  const page = renderWithPhone(<ActiveCallModal />)
  const measure = (one: QualityView) => page.showCalls(liveCall({ quality: one }))
  page.showCalls(liveCall(quality && { quality }))
  return { ...page, measure }
}
const button = () => screen.queryByRole('button', { name: /^Connection/ })
const chips = (container: HTMLElement) =>
  [...container.ownerDocument.querySelectorAll('.parley-chip')].map(
    ({ textContent }) => textContent,
  )

describe('how good a call is', () => {
  it('is not shown before it is known', () => {
    shown()
    expect(button()).toBeNull()
  })

  it.each(['excellent', 'good', 'fair', 'poor', 'lost'] as const)(
    'is said in words: %s',
    (level) => {
      shown(qualityView({ level }))
      expect(button()?.getAttribute('aria-label')).toBe(`Connection: ${level}`)
    },
  )

  it.each([
    ['excellent', 4],
    ['good', 3],
    ['fair', 2],
    ['poor', 1],
    ['lost', 0],
  ] as const)('is as many bars as it is good: %s', (level, bars) => {
    shown(qualityView({ level }))
    expect(button()?.querySelectorAll('[data-filled=true]')).toHaveLength(bars)
  })

  it('says whose side is weak, once it disturbs', () => {
    const { container, measure } = shown(qualityView())
    expect(chips(container)).toEqual([])
    measure(qualityView({ level: 'fair', cause: 'loss', side: 'theirs' }))
    expect(chips(container)).toEqual(['Their connection is unsteady.'])
    measure(qualityView({ level: 'poor', cause: 'computer', side: 'mine' }))
    expect(chips(container)).toEqual(['Your device is busy.'])
    measure(qualityView({ level: 'good' }))
    expect(chips(container)).toEqual([])
  })

  it('leaves the words about lost media to the status of the call', () => {
    const { container } = shown(qualityView({ level: 'lost', cause: 'gone' }))
    expect(chips(container)).toEqual([])
  })
})

describe('the measurements', () => {
  it('open with a press, with a sentence and what helps', async () => {
    const { user } = shown(qualityView({ level: 'poor', cause: 'thin', side: 'mine' }))
    await user.click(button()!)
    const panel = screen.getByRole('dialog', { name: 'Connection: poor' })
    expect(document.activeElement).toBe(panel)
    expect(panel.textContent).toContain('Your connection is slow. Turning your camera off helps')
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('table')).toBeNull()
    expect(document.activeElement).toBe(button())
  })

  it('are a table of both directions', async () => {
    const { user } = shown(
      qualityView({
        receiving: { rate_kbps: 812, lost_permille: 23 },
        sending: { rate_kbps: 40, lost_permille: 0, concealed_permille: 15 },
      }),
    )
    await user.click(button()!)
    const rows = within(screen.getByRole('table')).getAllByRole('row')
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'To youFrom you',
      'Data per second812 kbit40 kbit',
      'Lost packets2 %0 %',
      'Gaps in the sound–Not known2 %',
      'There and back42 ms',
    ])
  })

  it('go on while they are open, and the shortcuts of the call rest', async () => {
    const { user, core, measure } = shown(qualityView())
    await user.click(button()!)
    measure(qualityView({ measurements: 2, round_trip_ms: 99 }))
    expect(screen.getByRole('table').textContent).toContain('99 ms')
    await user.keyboard('h')
    expect(core.events).toEqual([])
  })
})

describe('the line of a graph', () => {
  it('ends with the newest value, and has a gap where none is known', () => {
    expect(pathOf([], 10)).toBe('')
    expect(pathOf([0, 10], 10)).toBe('M118.0 23.0L120.0 1.0')
    expect(pathOf([5, undefined, 5], 10)).toBe('M115.9 12.0M120.0 12.0')
  })
})
