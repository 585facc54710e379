import { FakeTrack } from '@parley/client/testing'
import { useDevices } from '@parley/react'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { levelOf, LevelMeter } from '../devices/LevelMeter'
import { plugged } from '../../../packages/react/test/phone'
import { SpeakerTest } from '../devices/SpeakerTest'
import { renderSignedIn } from '../../test/page'
import { DevicesScreen } from './DevicesScreen'

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
  vi.unstubAllGlobals()
})

describe('sound and picture', () => {
  it('opens no device before a press', async () => {
    const { platform } = await setUp()
    expect(platform.requests).toEqual([])
    expect(screen.getByText(/tells the names of the devices once/)).toBeDefined()
    expect(screen.queryByRole('meter')).toBeNull()
  })

  it('lists the devices, and remembers the choice', async () => {
    const { user, parley } = await setUp(
      plugged('audioinput', 'm1', 'Headset'),
      plugged('audioinput', 'm2'),
      plugged('audiooutput', 's1', 'Loudspeaker'),
    )
    const microphone = await screen.findByRole('combobox', { name: 'Microphone' })
    expect(within(microphone).getAllByRole('option').map(text)).toEqual([
      'System default',
      'Headset',
      'Microphone 2',
    ])
    await user.selectOptions(microphone, 'Headset')
    expect(parley.devices.chosen('microphone')).toBe('m1')
    await user.selectOptions(screen.getByRole('combobox', { name: 'Speaker' }), 'Loudspeaker')
    expect(parley.devices.chosen('speaker')).toBe('s1')
    await user.selectOptions(microphone, 'System default')
    expect(parley.devices.chosen('microphone')).toBeUndefined()
  })

  it('keeps a chosen device that is missing, and shows it', async () => {
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

  it('tests microphone and camera until the person stops it', async () => {
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

  it('stops everything when the screen is left, also a late grant', async () => {
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
    expect(platform.requests[2]?.constraints.audio).toMatchObject({ deviceId: { exact: 'm1' } })
  })

  it('shows errors in the words of a call, and tries again', async () => {
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

  it('opens no camera after the test was stopped', async () => {
    const { user, platform, tracks, unmount } = await setUp()
    await user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
    unmount()
    await grant(platform, 0, tracks.microphone)
    expect(tracks.microphone.readyState).toBe('ended')
    expect(platform.requests).toHaveLength(1)
  })

  it('names the speaker in use if it can not be chosen', async () => {
    const { platform } = await setUp()
    expect(screen.getByRole('combobox', { name: 'Speaker' })).toBeDefined()
    platform.choosesSpeaker = false
    await act(async () => platform.plug())
    expect(screen.queryByRole('combobox', { name: 'Speaker' })).toBeNull()
    expect(screen.getByText(/plays calls where the system plays everything/)).toBeDefined()
  })
})

describe('a test of devices', () => {
  const start = async (page: Awaited<ReturnType<typeof setUp>>) => {
    await page.user.click(screen.getByRole('button', { name: 'Test microphone and camera' }))
  }
  const deny = (page: Awaited<ReturnType<typeof setUp>>, index: number, error: DOMException) =>
    act(async () => page.platform.requests[index]?.deny(error))

  it('reports a missing microphone, and continues when one is plugged in', async () => {
    const page = await setUp()
    await start(page)
    await deny(page, 0, new DOMException('', 'NotFoundError'))
    expect(screen.getByRole('alert').textContent).toContain('No microphone was found')
    expect(screen.queryByRole('combobox', { name: 'Microphone' })).toBeNull()
    await grant(page.platform, 1, page.tracks.camera)
    page.platform.found = [plugged('audioinput', 'm1', 'Headset')]
    await act(async () => page.platform.plug())
    await asked(page, 3)
    await grant(page.platform, 2, page.tracks.microphone)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByRole('combobox', { name: 'Microphone' }).textContent).toContain('Headset')
    expect(screen.getByRole('meter')).toBeDefined()
    expect(page.platform.requests).toHaveLength(3)
  })

  it('changes nothing when another device is plugged in', async () => {
    const page = await setUp()
    await start(page)
    await deny(page, 0, new DOMException('', 'NotFoundError'))
    await grant(page.platform, 1, page.tracks.camera)
    const alert = screen.getByRole('alert')
    await act(async () => page.platform.plug())
    expect(screen.getByRole('alert')).toBe(alert)
    await asked(page, 3)
    await deny(page, 2, new DOMException('', 'NotFoundError'))
    expect(screen.getByRole('alert')).toBe(alert)
  })

  it('tries once after several changes of the list, and not during an attempt', async () => {
    const page = await setUp(plugged('audioinput', 'm1', 'Headset'))
    await start(page)
    await deny(page, 0, new DOMException('', 'NotFoundError'))
    await grant(page.platform, 1, page.tracks.camera)
    const plugAgain = () =>
      act(async () => {
        for (let change = 0; change < 10; change += 1) page.platform.plug()
        await new Promise((resolve) => setTimeout(resolve, 400))
      })
    await plugAgain()
    expect(page.platform.requests).toHaveLength(3)
    await plugAgain()
    expect(page.platform.requests).toHaveLength(3)
    await grant(page.platform, 2, page.tracks.microphone)
    expect(page.platform.requests).toHaveLength(3)
    expect(page.tracks.microphone.readyState).toBe('live')
  })

  it('opens a newly chosen device once while another is missing', async () => {
    const page = await setUp(plugged('audioinput', 'm1', 'Headset'))
    await start(page)
    await grant(page.platform, 0, page.tracks.microphone)
    await grant(page.platform, 1, page.tracks.camera)
    await act(async () => page.tracks.microphone.vanishes())
    await page.user.selectOptions(screen.getByRole('combobox', { name: 'Microphone' }), 'Headset')
    await act(() => new Promise((resolve) => setTimeout(resolve, 400)))
    expect(page.platform.requests).toHaveLength(3)
  })

  it('reports a device that is removed during the test', async () => {
    const page = await setUp(plugged('audioinput', 'm1', 'Headset'))
    await start(page)
    await grant(page.platform, 0, page.tracks.microphone)
    await act(async () => page.tracks.microphone.vanishes())
    expect(screen.getByRole('alert').textContent).toContain('was unplugged or taken away')
    expect(screen.queryByRole('meter')).toBeNull()
  })

  it('reports a device that is silenced outside of the page, while it is', async () => {
    const page = await setUp()
    await start(page)
    await grant(page.platform, 0, page.tracks.microphone)
    act(() => page.tracks.microphone.silenced(true))
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toContain('is switched off outside of this page')
    expect(within(alert).queryByRole('button')).toBeNull()
    act(() => page.tracks.microphone.silenced(false))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('points to the permission prompt when the answer takes long', async () => {
    const page = await setUp()
    await start(page)
    expect(screen.queryByText(/Your browser is asking/)).toBeNull()
    await screen.findByText('Your browser is asking about the microphone.', undefined, {
      timeout: 4000,
    })
    await grant(page.platform, 0, page.tracks.microphone)
    expect(screen.queryByText(/asking about the microphone/)).toBeNull()
  })

  it('uses words for a test where the words for a call do not fit', async () => {
    const page = await setUp()
    await start(page)
    await grant(page.platform, 0, page.tracks.microphone)
    await deny(page, 1, new DOMException('', 'NotReadableError'))
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toContain('Another program is using the camera.')
    expect(alert.textContent).toContain('Close that program and try again.')
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

describe('the meter', () => {
  it('shows the level of the microphone in every frame', () => {
    const audio = hearing()
    const draws: FrameRequestCallback[] = []
    vi.stubGlobal('requestAnimationFrame', (draw: FrameRequestCallback) => draws.push(draw))
    vi.stubGlobal('cancelAnimationFrame', () => (draws.length = 0))
    const { unmount } = render(<LevelMeter stream={{} as MediaStream} label="Level" />)
    const meter = screen.getByRole<HTMLMeterElement>('meter', { name: 'Level' })
    const shown = (amplitude: number) => {
      audio.amplitude = amplitude
      draws.shift()?.(0)
      return meter.value
    }
    expect([0, 0.01, 1, 0].map(shown)).toEqual([0, expect.closeTo(1 / 3, 2), 1, 0])
    unmount()
    expect([draws.length, audio.closed]).toEqual([0, 1])
  })
})

describe('the test of the speaker', () => {
  const button = () => screen.getByRole('button')

  it('plays the ringtone through the chosen speaker, once', async () => {
    const audio = hearing()
    const { user, parley, sinks } = speaker()
    parley.devices.choose('speaker', 's1')
    await user.click(button())
    expect(sinks).toEqual(['s1'])
    expect(audio.started).toBe(1)
    expect(button().textContent).toBe('Playing…')
    act(() => audio.end())
    expect(button().textContent).toBe('Play a tone')
    expect(audio.closed).toBe(1)
  })

  it('stops when the screen is left', async () => {
    const audio = hearing()
    const { user, unmount } = speaker()
    await user.click(button())
    unmount()
    expect(audio.closed).toBe(1)
  })

  function speaker() {
    const sinks: string[] = []
    Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', {
      configurable: true,
      value: async (id: string) => void sinks.push(id),
    })
    const page = renderSignedIn(<Speaker />)
    return { ...page, sinks }
  }

  function Speaker() {
    return <SpeakerTest devices={useDevices().devices} />
  }
})

/** Fake sound for the test. */
function hearing() {
  const audio = { amplitude: 0, closed: 0, started: 0, end: (): void => undefined }
  class FakeContext {
    createAnalyser = () => ({
      fftSize: 64,
      getFloatTimeDomainData: (samples: Float32Array) => samples.fill(audio.amplitude),
    })
    createMediaStreamSource = () => ({ connect: () => undefined })
    createMediaStreamDestination = () => ({ stream: {} })
    createBuffer = () => ({ copyToChannel: () => undefined })
    createBufferSource = () => {
      const source = {
        onended: null as (() => void) | null,
        connect: () => undefined,
        start: () => (audio.started += 1),
      }
      audio.end = () => source.onended?.()
      return source
    }
    close = async () => void (audio.closed += 1)
  }
  vi.stubGlobal('AudioContext', FakeContext)
  return audio
}

async function setUp(...found: MediaDeviceInfo[]) {
  const page = renderSignedIn(<DevicesScreen />)
  page.platform.found = found
  await act(async () => page.platform.plug())
  const tracks = { microphone: new FakeTrack('audio'), camera: new FakeTrack('video') }
  return { ...page, tracks }
}

/** Waits until the browser was asked this often. */
async function asked({ platform }: Awaited<ReturnType<typeof setUp>>, times: number) {
  await act(() => vi.waitFor(() => expect(platform.requests).toHaveLength(times)))
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
