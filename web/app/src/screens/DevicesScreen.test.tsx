import { FakeTrack } from '@parley/client/testing'
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { levelOf } from '../devices/LevelMeter'
import { renderSignedIn } from '../../test/page'
import { DevicesScreen } from './DevicesScreen'

const plugged = (kind: MediaDeviceKind, deviceId: string, label = '') =>
  ({ kind, deviceId, label, groupId: '' }) as MediaDeviceInfo

beforeEach(() => {
  // jsdom has no streams.
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    writable: true,
    value: null,
  })
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('sound and picture', () => {
  it('opens nothing before it is asked to', async () => {
    const { platform } = await setUp()
    expect(platform.requests).toEqual([])
    expect(screen.getByText(/tells the names of the devices once/)).toBeDefined()
    expect(screen.queryByRole('meter')).toBeNull()
  })

  it('lists what there is, and remembers what is chosen', async () => {
    const { user, parley } = await setUp(
      plugged('audioinput', 'm1', 'Headset'),
      plugged('audioinput', 'm2'),
      plugged('audiooutput', 's1', 'Loudspeaker'),
    )
    const microphone = await screen.findByRole('combobox', { name: 'Microphone' })
    expect(within(microphone).getAllByRole('option').map(text)).toEqual([
      'As in the system',
      'Headset',
      'Microphone 2',
    ])
    await user.selectOptions(microphone, 'Headset')
    expect(parley.devices.chosen('microphone')).toBe('m1')
    await user.selectOptions(screen.getByRole('combobox', { name: 'Speaker' }), 'Loudspeaker')
    expect(parley.devices.chosen('speaker')).toBe('s1')
    await user.selectOptions(microphone, 'As in the system')
    expect(parley.devices.chosen('microphone')).toBeUndefined()
  })

  it('keeps a choice that is not plugged in, and says so', async () => {
    const { platform, parley } = await setUp(plugged('videoinput', 'c1', 'Webcam'))
    act(() => parley.devices.choose('camera', 'c1'))
    const camera = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Camera' })
    const shown = () => camera.selectedOptions[0]?.textContent
    expect(shown()).toBe('Webcam')
    platform.found = []
    await act(async () => platform.plug())
    expect(shown()).toBe('Chosen device, not plugged in')
    expect(parley.devices.chosen('camera')).toBe('c1')
  })

  it('tests microphone and camera until it is stopped', async () => {
    const { user, platform, tracks } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    await grant(platform, 0, tracks.microphone)
    expect(screen.getByRole('meter', { name: 'Level of the microphone' })).toBeDefined()
    await grant(platform, 1, tracks.camera)
    expect(screen.getByLabelText('Picture of your camera')).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Stop the test' }))
    expect([tracks.microphone.readyState, tracks.camera.readyState]).toEqual(['ended', 'ended'])
    expect(screen.queryByRole('meter')).toBeNull()
  })

  it('stops everything when the screen is left, also what is granted too late', async () => {
    const { user, platform, tracks, unmount } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    await grant(platform, 0, tracks.microphone)
    unmount()
    await grant(platform, 1, tracks.camera)
    expect([tracks.microphone.readyState, tracks.camera.readyState]).toEqual(['ended', 'ended'])
    expect(platform.requests).toHaveLength(2)
  })

  it('tries another device at once when it is chosen during the test', async () => {
    const { user, platform, tracks } = await setUp(plugged('audioinput', 'm1', 'Headset'))
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    await grant(platform, 0, tracks.microphone)
    await grant(platform, 1, tracks.camera)
    await user.selectOptions(screen.getByRole('combobox', { name: 'Microphone' }), 'Headset')
    expect(tracks.microphone.readyState).toBe('ended')
    expect(platform.requests[2]?.constraints.audio).toMatchObject({ deviceId: { ideal: 'm1' } })
  })

  it('says what is wrong in the words of a call, and tries again', async () => {
    const { user, platform, tracks } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    await act(async () => platform.requests[0]?.deny(new DOMException('', 'NotAllowedError')))
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toContain('does not let this page use the microphone')
    await grant(platform, 1, tracks.camera)
    expect(screen.getByLabelText('Picture of your camera')).toBeDefined()
    await user.click(within(alert).getByRole('button', { name: 'Try again' }))
    await grant(platform, 2, tracks.microphone)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByRole('meter')).toBeDefined()
  })

  it('opens no camera for a test that was stopped before', async () => {
    const { user, platform, tracks, unmount } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    unmount()
    await grant(platform, 0, tracks.microphone)
    expect(tracks.microphone.readyState).toBe('ended')
    expect(platform.requests).toHaveLength(1)
  })

  it('says where sound comes out if that can not be chosen', async () => {
    const { platform } = await setUp()
    expect(screen.getByRole('combobox', { name: 'Speaker' })).toBeDefined()
    platform.choosesSpeaker = false
    await act(async () => platform.plug())
    expect(screen.queryByRole('combobox', { name: 'Speaker' })).toBeNull()
    expect(screen.getByText(/plays calls where the system plays everything/)).toBeDefined()
  })
})

describe('the level', () => {
  it.each([
    ['silence', 0, 0],
    ['a whisper', 0.01, 1 / 3],
    ['a shout', 1, 1],
  ])('of %s', (_, amplitude, level) => {
    expect(levelOf(new Float32Array(64).fill(amplitude))).toBeCloseTo(level, 1)
  })
})

async function setUp(...found: MediaDeviceInfo[]) {
  const page = renderSignedIn(<DevicesScreen />)
  page.platform.found = found
  await act(async () => page.platform.plug())
  const tracks = { microphone: new FakeTrack('audio'), camera: new FakeTrack('video') }
  return { ...page, tracks }
}

async function grant(
  platform: Awaited<ReturnType<typeof setUp>>['platform'],
  index: number,
  track: FakeTrack,
) {
  await act(async () => platform.requests[index]?.grant(track))
}

function text({ textContent }: Element) {
  return textContent
}
