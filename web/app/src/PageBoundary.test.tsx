import { callView } from '@parley/client/testing'
import { CallModals } from '@parley/react'
import { cleanup, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { renderWithPhone } from '../../packages/react/test/phone'
import { PageBoundary } from './PageBoundary'

let breaks = true

function Page() {
  if (breaks) throw new RangeError('as the test wants it')
  return <p>All is well</p>
}

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('a page that throws', () => {
  it('does not end the call, shows an error, and can be retried', async () => {
    breaks = true
    vi.spyOn(console, 'error').mockReturnValue()
    const { user, core, showCalls } = renderWithPhone(
      <>
        <PageBoundary>
          <Page />
        </PageBoundary>
        <CallModals />
      </>,
    )
    showCalls(callView({ phase: 'active' }))
    expect(screen.getByRole('alert').textContent).toContain('This page broke.')
    await user.click(screen.getByRole('button', { name: 'Make the call small' }))
    await user.click(screen.getByRole('button', { name: 'Microphone' }))
    expect(core.types()).not.toContain('hang_up_pressed')
    breaks = false
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(screen.getByText('All is well')).toBeDefined()
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeDefined()
  })
})
