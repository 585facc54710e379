import type { CallView } from '@parley/client'
import { legStatus } from '@parley/client/testing'
import { cleanup, render } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'

import { liveCall } from '../../../test/phone'
import { PeerStatus } from './PeerStatus'

afterEach(cleanup)

function signsOf(change: Partial<CallView>): string[] {
  const { container, unmount } = render(<PeerStatus call={liveCall(change)} />)
  const signs = [...container.querySelectorAll('.parley-chip')].map(
    ({ textContent }) => textContent,
  )
  unmount()
  return signs
}

const video = { kind: 'video' } as const

describe('what is told of the other side', () => {
  it.each([
    [{ microphone: 'off' }, 'Muted'],
    [{ microphone: 'opening' }, 'Microphone not open yet'],
    [{ microphone: 'unavailable' }, 'Microphone not working'],
    [{ microphone: 'lost' }, 'Microphone lost'],
    [{ microphone: 'silenced' }, 'Microphone switched off on their side'],
    [{ camera: 'off' }, 'Camera off'],
    [{ camera: 'opening' }, 'Camera off'],
    [{ camera: 'unavailable' }, 'Camera not working'],
    [{ camera: 'lost' }, 'Camera lost'],
    [{ camera: 'silenced' }, 'Camera switched off on their side'],
    [{ sharing: true }, 'Sharing their screen'],
    [{ reconnecting: true }, 'Reconnecting on their side'],
    [{ mobile_data: true }, 'On mobile data'],
  ] as const)('is, with the name: %o', (change, words) => {
    const peer_status = legStatus({ camera: 'on', ...change })
    expect(signsOf({ ...video, peer_status })).toEqual([`Bea Moreau: ${words}. `])
  })

  it.each([
    ['lost', 'Lost touch with the server'],
    ['reloading', 'Reloading the page'],
  ] as const)('is what became of the device: %s', (peer_device, words) => {
    expect(signsOf({ peer_device })).toEqual([`Bea Moreau: ${words}. `])
  })

  it('is nothing when all is well', () => {
    expect(signsOf({})).toEqual([])
  })

  it('is not that a camera is off that nobody expects, but that one broke', () => {
    expect(signsOf({ peer_status: legStatus({ camera: 'off' }) })).toEqual([])
    expect(signsOf({ peer_status: legStatus({ camera: 'opening' }) })).toEqual([])
    expect(signsOf({ peer_status: legStatus({ camera: 'lost' }) })).toHaveLength(1)
  })

  it('is not what a hold explains, nor what was before the call', () => {
    const peer_status = legStatus({ microphone: 'off', sharing: true })
    expect(signsOf({ peer_status, held: true })).toEqual([])
    expect(signsOf({ peer_status, phase: 'connecting' })).toEqual([])
  })

  it('is not a second time that the connection is being brought back', () => {
    const peer_status = legStatus({ reconnecting: true })
    expect(signsOf({ peer_status, phase: 'reconnecting' })).toEqual([])
    expect(signsOf({ peer_status, peer_device: 'lost' })).toHaveLength(1)
  })

  it('is announced by itself: what stays the same is not touched', () => {
    const { container, rerender } = render(
      <PeerStatus call={liveCall({ peer_status: legStatus({ microphone: 'off' }) })} />,
    )
    const region = container.querySelector('[role=status]')
    expect(region?.getAttribute('aria-atomic')).toBe('false')
    const muted = container.querySelector('.parley-chip')
    const peer_status = legStatus({ revision: 2, microphone: 'off', mobile_data: true })
    rerender(<PeerStatus call={liveCall({ peer_status })} />)
    expect(container.querySelector('[role=status]')).toBe(region)
    expect(container.querySelector('.parley-chip')).toBe(muted)
    expect(container.querySelectorAll('.parley-chip')).toHaveLength(2)
  })
})
