import { callView } from '@parley/client/testing'
import { cleanup, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { bea, renderWithPhone } from '../../../test/phone'
import { CallButton } from './CallButton'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('CallButton', () => {
  it.each([
    ['audio', 'Call Bea Moreau'],
    ['video', 'Video call Bea Moreau'],
  ] as const)('calls by %s', async (kind, name) => {
    const { user, core } = renderWithPhone(<CallButton party={bea} kind={kind} />)
    await user.click(screen.getByRole('button', { name }))
    expect(core.of('dialed')).toMatchObject([{ callee: bea, kind }])
  })

  it('dials once, however often it is pressed', async () => {
    const { user, core } = renderWithPhone(<CallButton party={bea} kind="audio" />)
    core.script = () => ({ view: { session: 'online', presence: [], calls: [callView()] } })
    await user.dblClick(screen.getByRole('button'))
    expect(core.of('dialed')).toHaveLength(1)
  })

  it('is disabled during a call, and stays in the tab order', async () => {
    const { user, core, showCalls } = renderWithPhone(<CallButton party={bea} kind="audio" />)
    showCalls(callView({ phase: 'ringing' }))
    const button = screen.getByRole('button')
    expect(button.getAttribute('aria-disabled')).toBe('true')
    await user.tab()
    expect(document.activeElement).toBe(button)
    await user.keyboard('{Enter}')
    expect(core.events).toEqual([])
    showCalls(callView({ phase: 'ended' }))
    expect(button.getAttribute('aria-disabled')).toBeNull()
  })

  it.each([
    ['signed_out', true],
    ['connecting', true],
    ['online', false],
    ['reconnecting', false],
    ['refused', true],
  ] as const)('while the session is %s rests: %s', (session, rests) => {
    renderWithPhone(<CallButton party={bea} kind="audio" />, { session })
    expect(screen.getByRole('button').hasAttribute('aria-disabled')).toBe(rests)
  })
})
