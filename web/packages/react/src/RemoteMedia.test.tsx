import { Parley, type MediaRequestId, type PeerConnectionId } from '@parley/client'
import { callView, FakeCore, FakePlatform, FakeTrack } from '@parley/client/testing'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ParleyProvider } from './ParleyProvider'
import { LocalPicture, RemoteMedia, RemoteScreen } from './RemoteMedia'

const connection = 1 as PeerConnectionId
const request = 1 as MediaRequestId
const play = vi.fn<() => Promise<void>>()

beforeEach(() => {
  play.mockReset().mockResolvedValue()
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(play)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  // jsdom has no streams.
  const held = new WeakMap<object, unknown>()
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get(this: object) {
      return held.get(this) ?? null
    },
    set(this: object, stream: unknown) {
      held.set(this, stream)
    },
  })
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('RemoteMedia', () => {
  it('plays as soon as there is a stream', () => {
    const { parley, platform, element } = setUp(
      <RemoteMedia connection={connection} kind="video" className="picture" />,
    )
    expect(element('audio').srcObject).toBeNull()
    expect(element('video').className).toBe('picture')
    act(() => platform.connections[0]?.ontrack?.({ track: new FakeTrack('audio') }))
    expect(element('audio').srcObject).toBe(parley.remoteStream(connection))
    expect(element('video').srcObject).toBe(parley.remoteStream(connection))
    expect(play).toHaveBeenCalledTimes(1)
    act(() => platform.connections[0]?.ontrack?.({ track: new FakeTrack('video') }))
    expect(play).toHaveBeenCalledTimes(1)
  })

  it('plays the sound in an audio element', () => {
    const { element } = setUp(<RemoteMedia connection={connection} kind="video" />)
    expect(element('video').muted).toBe(true)
    expect(element('audio').muted).toBe(false)
    cleanup()
    setUp(<RemoteMedia connection={connection} kind="audio" />)
    expect(document.querySelector('video')).toBeNull()
    expect(document.querySelector('audio')).not.toBeNull()
  })

  it('reports blocked sound to the phone, and starts with the gesture', async () => {
    const { parley, platform } = setUp(<RemoteMedia connection={connection} kind="audio" />)
    play.mockRejectedValue(new DOMException('a gesture is needed', 'NotAllowedError'))
    await act(async () => platform.connections[0]?.ontrack?.({ track: new FakeTrack('audio') }))
    expect(parley.snapshot.soundBlocked).toBe(true)
    await act(async () => parley.enableSound())
    expect(parley.snapshot.soundBlocked).toBe(true)
    play.mockResolvedValue()
    await act(async () => parley.enableSound())
    expect(parley.snapshot.soundBlocked).toBe(false)
  })

  it.each(['pointerdown', 'keydown'])(
    'starts blocked sound with any %s in the page',
    async (type) => {
      const { parley, platform } = setUp(<RemoteMedia connection={connection} kind="audio" />)
      play.mockRejectedValue(new DOMException('a gesture is needed', 'NotAllowedError'))
      await act(async () => platform.connections[0]?.ontrack?.({ track: new FakeTrack('audio') }))
      await act(async () => document.dispatchEvent(new Event(type)))
      expect(parley.snapshot.soundBlocked).toBe(true)
      play.mockResolvedValue()
      await act(async () => document.dispatchEvent(new Event(type)))
      expect(parley.snapshot.soundBlocked).toBe(false)
      await act(async () => document.dispatchEvent(new Event(type)))
      expect(play).toHaveBeenCalledTimes(3)
    },
  )

  it('releases the stream and blocked sound when it unmounts', async () => {
    const { parley, platform, element, unmount } = setUp(
      <RemoteMedia connection={connection} kind="audio" />,
    )
    play.mockRejectedValue(new DOMException('a gesture is needed', 'NotAllowedError'))
    await act(async () => platform.connections[0]?.ontrack?.({ track: new FakeTrack('audio') }))
    const audio = element('audio')
    unmount()
    expect(audio.srcObject).toBeNull()
    expect(parley.snapshot.soundBlocked).toBe(false)
  })

  it('plays on the chosen speaker, and on another when that is gone', async () => {
    const setSinkId = vi.fn<(id: string) => Promise<void>>().mockResolvedValue()
    Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', {
      configurable: true,
      value: setSinkId,
    })
    const { parley, platform, unmount } = setUp(
      <RemoteMedia connection={connection} kind="audio" />,
    )
    expect(setSinkId.mock.calls).toEqual([['']])
    await act(async () => parley.devices.choose('speaker', 's1'))
    expect(setSinkId).toHaveBeenLastCalledWith('s1')
    setSinkId.mockRejectedValueOnce(new DOMException('', 'NotFoundError'))
    await act(async () => platform.plug())
    expect(setSinkId).toHaveBeenLastCalledWith('')
    unmount()
    Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId')
    expect(setSinkId).toHaveBeenCalledTimes(4)
  })

  it('does not treat an interrupted start as blocked', async () => {
    const { parley, platform } = setUp(<RemoteMedia connection={connection} kind="audio" />)
    play.mockRejectedValue(new DOMException('a new load', 'AbortError'))
    await act(async () => platform.connections[0]?.ontrack?.({ track: new FakeTrack('audio') }))
    expect(parley.snapshot.soundBlocked).toBe(false)
  })
})

describe('RemoteMedia without a picture', () => {
  it('clears the last picture, and continues the sound', () => {
    const { parley, platform, element, rerender } = setUp(
      <RemoteMedia connection={connection} kind="video" />,
    )
    act(() => platform.connections[0]?.ontrack?.({ track: new FakeTrack('video') }))
    const video = element('video')
    expect(video.srcObject).not.toBeNull()
    rerender(<RemoteMedia connection={connection} kind="video" shown={false} />)
    expect(element('video')).toBe(video)
    expect(video.srcObject).toBeNull()
    expect(element('audio').srcObject).toBe(parley.remoteStream(connection))
  })
})

describe('RemoteScreen', () => {
  it('shows the screen of the other side without sound while it is shared', () => {
    const screen = { id: 'screen' } as MediaStream
    vi.spyOn(Parley.prototype, 'remoteScreen').mockReturnValue(screen)
    const { element, rerender } = setUp(<RemoteScreen connection={connection} className="big" />)
    const video = element('video')
    expect([video.srcObject, video.muted, video.className]).toEqual([screen, true, 'big'])
    rerender(<RemoteScreen connection={connection} shown={false} />)
    expect(video.srcObject).toBeNull()
  })
})

describe('LocalPicture', () => {
  it('shows the camera as long as it is open, and never plays the microphone', async () => {
    const { core, platform, parley, element } = setUp(<LocalPicture request={request} />)
    core.script = ({ type }) =>
      type === 'network_changed'
        ? {
            effects: [
              {
                type: 'open_media',
                request,
                microphone: { quality: 'full' },
                camera: { quality: 'full' },
              },
            ],
          }
        : { view: { session: 'online', presence: [], calls: [] } }
    platform.wake()
    const camera = new FakeTrack('video')
    await act(async () => platform.requests[0]?.grant(new FakeTrack('audio'), camera))
    expect(element('video').muted).toBe(true)
    expect((element('video').srcObject as MediaStream).getTracks()).toEqual([camera])
    core.script = () => ({
      effects: [{ type: 'close_media', request, source: 'camera' }],
      view: { session: 'online', presence: [], calls: [callView()] },
    })
    act(() => platform.wake())
    expect(element('video').srcObject).toBeNull()
    expect(parley.resources().tracks).toBe(1)
  })
})

function setUp(ui: React.ReactElement) {
  const core = new FakeCore()
  const platform = new FakePlatform()
  const parley = new Parley(core, platform)
  core.script = () => {
    core.script = () => ({})
    const { call } = callView()
    return {
      effects: [
        {
          type: 'create_connection',
          connection,
          call,
          offers_first: true,
          ice_servers: [],
          relays_only: false,
        },
      ],
    }
  }
  platform.wake()
  const around = (inside: React.ReactElement) => (
    <ParleyProvider parley={parley}>{inside}</ParleyProvider>
  )
  const { container, unmount, rerender: draw } = render(around(ui))
  const rerender = (inside: React.ReactElement) => draw(around(inside))
  const element = (kind: 'audio' | 'video') => {
    const found = container.querySelector<HTMLMediaElement>(kind)
    if (!found) throw new Error(`there is no ${kind}`)
    return found
  }
  return { core, platform, parley, element, unmount, rerender }
}
