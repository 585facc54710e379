import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'

import { plugged, renderWithPhone } from '../test/phone'
import { useDevices } from './useDevices'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

it('shows the list that was requested last, in whichever order they arrive', async () => {
  const { platform } = renderWithPhone(<Microphones />)
  await act(() => new Promise((resolve) => setTimeout(resolve)))
  const answers: ((found: MediaDeviceInfo[]) => void)[] = []
  platform.listDevices = () => new Promise((resolve) => answers.push(resolve))
  // The phone requests a list too, each time.
  act(() => platform.plug())
  const earlier = answers.splice(0)
  act(() => platform.plug())
  const later = answers.splice(0)
  await act(async () => later.forEach((answer) => answer([plugged('audioinput', 'm2', 'New')])))
  await act(async () => earlier.forEach((answer) => answer([plugged('audioinput', 'm1', 'Old')])))
  expect(screen.getByRole('list').textContent).toBe('New')
})

function Microphones() {
  const { found } = useDevices()
  return <ul>{found.microphone.map(({ label }) => label)}</ul>
}
