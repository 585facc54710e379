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

describe('the signs of the other side', () => {
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

  it('are empty when there is no problem', () => {
    expect(signsOf({})).toEqual([])
  })

  it('leave out a camera that is off in an audio call, and show a broken one', () => {
    expect(signsOf({ peer_status: legStatus({ camera: 'off' }) })).toEqual([])
    expect(signsOf({ peer_status: legStatus({ camera: 'opening' }) })).toEqual([])
    expect(signsOf({ peer_status: legStatus({ camera: 'lost' }) })).toHaveLength(1)
  })

  it('leave out what a hold explains, and a status from before the call', () => {
    const peer_status = legStatus({ microphone: 'off', sharing: true })
    expect(signsOf({ peer_status, held: true })).toEqual([])
    expect(signsOf({ peer_status, phase: 'connecting' })).toEqual([])
  })

  it('leave out the reconnecting sign while this side reconnects', () => {
    const peer_status = legStatus({ reconnecting: true })
    expect(signsOf({ peer_status, phase: 'reconnecting' })).toEqual([])
    expect(signsOf({ peer_status, peer_device: 'lost' })).toHaveLength(1)
  })

  it('are announced one by one: unchanged signs keep their element', () => {
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
