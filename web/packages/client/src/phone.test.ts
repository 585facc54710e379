import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { callView, FakeConnection, FakeCore, FakePlatform, FakeTrack } from './testing'
import type {
  SocketId,
  MediaRequestId,
  OperationId,
  PeerConnectionId,
  PhoneEffect,
  View,
} from './generated/phone'
import type { CallId, UserId } from './generated/wire'
import { createDevices } from './media/devices'
import { initialSnapshot, initialView, Parley } from './phone'

const socket = 1 as SocketId
const connection = 1 as PeerConnectionId
const operation = 1 as OperationId
const request = 1 as MediaRequestId
const capture = { quality: 'full' } as const
const bea = { user: 'bea' as UserId, name: 'Bea' }

beforeEach(() => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined)
  }
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a phone', () => {
  it('starts signed out, and tells the core what is plugged in', async () => {
    const platform = new FakePlatform()
    platform.found = []
    const { parley, core } = setUp(platform)
    expect(parley.view).toBe(initialView)
    expect(parley.snapshot).toBe(initialSnapshot)
    expect(core.events).toEqual([])
    await settled()
    expect(core.events).toEqual([{ type: 'devices_listed', devices: [] }])
    expect(parley.snapshot).toBe(initialSnapshot)
  })

  it('tells the core what was chosen before, and that the network is a mobile phone’s', () => {
    const platform = new FakePlatform()
    createDevices(platform).choose('camera', 'c1')
    platform.usesMobileData = true
    const { parley, core } = setUp(platform)
    parley.devices.choose('microphone', 'm1')
    parley.devices.choose('speaker', 's1')
    expect(core.events).toEqual([
      { type: 'network_changed', mobile_data: true },
      { type: 'device_chosen', source: 'camera', device: 'c1' },
      { type: 'device_chosen', source: 'microphone', device: 'm1' },
    ])
  })

  it('tells the core what the person does', () => {
    const { parley, core } = setUp()
    parley.signIn('token')
    parley.showPeople([bea.user])
    const call = parley.dial(bea, 'video')
    parley.answer(call, 'audio')
    parley.answer(call, 'video', 'end')
    parley.join(call)
    parley.setHeld(call, true)
    parley.decline(call)
    parley.hangUp(call)
    parley.dismiss(call)
    parley.setMicrophone(call, false)
    parley.setCamera(call, true)
    parley.setScreen(call, true)
    parley.signOut()
    expect(core.events).toMatchObject([
      { type: 'signed_in', token: 'token', client: 'test 1' },
      { type: 'people_shown', users: ['bea'] },
      { type: 'dialed', call, callee: bea, kind: 'video' },
      { type: 'answer_pressed', call, kind: 'audio', others: 'hold' },
      { type: 'answer_pressed', call, kind: 'video', others: 'end' },
      { type: 'join_pressed', call },
      { type: 'hold_switched', call, held: true },
      { type: 'decline_pressed', call },
      { type: 'hang_up_pressed', call },
      { type: 'dismissed', call },
      { type: 'microphone_switched', call, on: false },
      { type: 'camera_switched', call, on: true },
      { type: 'screen_switched', call, on: true },
      { type: 'signed_out' },
    ])
    expect(call).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  it('keeps its device id, and the next phone has another', () => {
    const [a, b] = [setUp(), setUp()]
    a.parley.signIn('t')
    a.parley.signIn('t')
    b.parley.signIn('t')
    const devices = [...a.core.of('signed_in'), ...b.core.of('signed_in')].map(
      ({ device }) => device,
    )
    expect(devices[0]).toBe(devices[1])
    expect(devices[0]).not.toBe(devices[2])
  })

  it('is the device of its tab, until the page goes away', () => {
    const { parley, platform } = setUp()
    expect(parley.device).toBe(platform.identity.device)
    platform.leave()
    expect(platform.left).toBe(true)
    platform.wake()
    expect(platform.left).toBe(false)
    parley.close()
    expect(platform.left).toBe(true)
  })

  it('cuts texts to the limits of the protocol', () => {
    const { parley, core } = setUp()
    parley.showPeople(Array.from({ length: 300 }, (_, index) => `user${index}` as UserId))
    parley.dial({ user: bea.user, name: 'ä'.repeat(100) }, 'audio')
    expect(core.of('people_shown')[0]?.users).toHaveLength(256)
    expect(core.of('dialed')[0]?.callee.name).toBe('ä'.repeat(64))
  })

  it('publishes a view after its effects, and keeps the identity of unchanged parts', () => {
    const { parley, core, platform } = setUp()
    const call = callView()
    const views: View[] = []
    parley.subscribe(() => {
      expect(platform.sockets).toHaveLength(1)
      views.push(parley.view)
    })
    core.script = () => ({
      effects: core.events.length === 1 ? [{ type: 'open_socket', socket }] : [],
      view: structuredClone({ session: 'connecting', presence: [], calls: [call] }),
    })
    parley.signIn('t')
    const shown = parley.view
    parley.signIn('t')
    expect(parley.view).toBe(shown)
    expect(views).toEqual([shown])
    core.script = () => ({
      view: { session: 'online', presence: [], calls: [structuredClone(call)] },
    })
    parley.signIn('t')
    expect(parley.view.session).toBe('online')
    expect(parley.view.calls).toBe(shown.calls)
  })

  it('carries out effects and reports their results', async () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [
      { type: 'open_socket', socket },
      { type: 'open_media', request, microphone: capture, camera: capture },
      {
        type: 'create_connection',
        connection,
        call: callView().call,
        offers_first: true,
        ice_servers: [],
        relays_only: false,
      },
      { type: 'make_offer', connection, operation, restart_ice: false, afresh: false },
    ])
    const camera = new FakeTrack('video')
    platform.sockets[0]!.opens()
    platform.requests[0]!.grant(new FakeTrack('audio'), camera)
    await settled()
    platform.connections[0]!.changesState('connected')
    perform(core, parley, [
      { type: 'send_frame', socket, text: 'hello' },
      { type: 'sample_stats', connection },
    ])
    await settled()
    expect(platform.sockets[0]!.sent).toEqual(['hello'])
    expect(core.types()).toEqual([
      'socket_opened',
      'media_opened',
      'local_description_set',
      'connection_state_changed',
      'stats_sampled',
    ])
    expect(parley.localPicture(request)?.getTracks()).toEqual([camera])
    expect(parley.resources()).toEqual({ connections: 1, tracks: 2, timers: 0, sockets: 1 })

    perform(core, parley, [
      { type: 'close_media', request, source: 'microphone' },
      { type: 'close_media', request, source: 'camera' },
      { type: 'close_connection', connection },
      { type: 'close_socket', socket },
    ])
    expect(parley.resources()).toEqual({ connections: 0, tracks: 0, timers: 0, sockets: 0 })
    expect(parley.localPicture(request)).toBeNull()
    expect(parley.remoteStream(connection)).toBeNull()
  })

  it('shares the screen within the click, and shows it', async () => {
    const { parley, core, platform } = setUp()
    core.script = ({ type }) =>
      type === 'screen_switched' ? { effects: [{ type: 'open_screen', request }] } : {}
    parley.setScreen(callView().call, true)
    expect(platform.screenRequests).toHaveLength(1)
    const screen = new FakeTrack('video')
    platform.screenRequests[0]!.grant(screen)
    await settled()
    expect(core.of('media_opened')).toEqual([{ type: 'media_opened', request }])
    expect(parley.localPicture(request)?.getTracks()).toEqual([screen])
    expect(parley.resources().tracks).toBe(1)
  })

  it('measures a microphone on a track of its own, which it counts', async () => {
    const { parley, core, platform } = setUp()
    const node = { connect: () => undefined, disconnect: () => undefined }
    platform.createAudioContext = () =>
      ({
        state: 'running',
        currentTime: 0,
        sampleRate: 48_000,
        createMediaStreamSource: () => node,
        createAnalyser: () => node,
        close: () => Promise.resolve(),
      }) as unknown as AudioContext
    perform(core, parley, [{ type: 'open_media', request, microphone: capture }])
    platform.requests[0]!.grant(new FakeTrack('audio'))
    await settled()
    perform(core, parley, [{ type: 'measure_sound', request }])
    expect(parley.resources().tracks).toBe(2)
    perform(core, parley, [{ type: 'close_media', request, source: 'microphone' }])
    expect(parley.resources().tracks).toBe(0)
  })

  it('lets a page know when remote media can be played', () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [
      {
        type: 'create_connection',
        connection,
        call: callView().call,
        offers_first: true,
        ice_servers: [],
        relays_only: false,
      },
    ])
    const listener = vi.fn()
    parley.subscribe(listener)
    expect(parley.remoteStream(connection)).toBeNull()
    platform.connections[0]!.ontrack?.({ track: new FakeTrack('audio') })
    expect(listener).toHaveBeenCalledTimes(1)
    expect(parley.remoteStream(connection)?.getTracks()).toHaveLength(1)
    expect(parley.snapshot).toMatchObject({ remoteStreams: [connection], remoteScreens: [] })
    platform.connections[0]!.bringsTracks()
    expect(parley.remoteScreen(connection)?.getTracks()).toHaveLength(1)
    expect(parley.snapshot).toMatchObject({ remoteScreens: [connection] })
    expect(parley.remoteStream(undefined)).toBeNull()
    expect(parley.remoteScreen(undefined)).toBeNull()
    expect(parley.localPicture(undefined)).toBeNull()
  })

  it('reports every operation of a connection that could not be created', () => {
    const { parley, core, platform } = setUp()
    vi.spyOn(platform, 'createConnection').mockImplementation(() => {
      throw new DOMException('too many', 'UnknownError')
    })
    perform(core, parley, [
      {
        type: 'create_connection',
        connection,
        call: callView().call,
        offers_first: true,
        ice_servers: [],
        relays_only: false,
      },
      { type: 'make_offer', connection, operation, restart_ice: false, afresh: false },
      { type: 'close_connection', connection },
      { type: 'play_tone', tone: 'ended' },
    ])
    expect(core.of('operation_failed')).toMatchObject([{ connection, operation }])
    expect(parley.log().map(({ level }) => level)).toEqual(['error'])
  })

  it('tells the core when the page wakes up and when it goes away', () => {
    const { core, platform } = setUp()
    platform.wake()
    platform.usesMobileData = true
    platform.wake()
    platform.leave()
    expect(core.events).toEqual([
      { type: 'network_changed', mobile_data: false },
      { type: 'network_changed', mobile_data: true },
      { type: 'page_hidden' },
    ])
  })

  it('survives listeners that throw, and events they raise', () => {
    const { parley, core } = setUp()
    const seen: string[] = []
    parley.subscribe(() => {
      throw new Error('a broken interface')
    })
    parley.subscribe(() => {
      seen.push(parley.view.session)
      if (parley.view.session === 'connecting') parley.signOut()
    })
    core.script = ({ type }) => ({
      view: { ...initialView, session: type === 'signed_in' ? 'connecting' : 'refused' },
    })
    parley.signIn('t')
    expect(seen).toEqual(['connecting', 'refused'])
  })

  it('reports a broken core, releases everything and does nothing more', async () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [
      { type: 'open_socket', socket },
      { type: 'open_media', request, microphone: capture },
      {
        type: 'create_connection',
        connection,
        call: callView().call,
        offers_first: true,
        ice_servers: [],
        relays_only: false,
      },
    ])
    const track = new FakeTrack('audio')
    platform.requests[0]!.grant(track)
    await settled()
    const listener = vi.fn()
    parley.subscribe(listener)
    core.script = () => new WebAssembly.RuntimeError('unreachable')
    const before = core.events.length
    parley.hangUp(callView().call)
    parley.hangUp(callView().call)
    expect(core.events).toHaveLength(before + 1)
    expect(parley.fatal?.message).toBe('unreachable')
    expect(listener).toHaveBeenCalledTimes(1)
    expect(track.readyState).toBe('ended')
    expect(parley.resources()).toEqual({ connections: 0, tracks: 0, timers: 0, sockets: 0 })
    expect(platform.left).toBe(false)
    parley.close()
    expect(core.destroyed).toBe(false)
    // The next phone in this tab has the same device id.
    expect(platform.left).toBe(true)
  })

  it('releases everything when it is closed', () => {
    const { parley, core, platform } = setUp()
    core.script = () => ({ effects: [{ type: 'open_socket', socket }], deadline_ms: 5000 })
    parley.signIn('t')
    core.script = () => ({})
    parley.close()
    parley.close()
    platform.wake()
    platform.sockets[0]!.opens()
    parley.signIn('t')
    expect(core.types()).toEqual(['signed_in', 'phone_closed'])
    expect(core.destroyed).toBe(true)
    expect(platform.timers.size).toBe(0)
    expect(platform.listeners()).toBe(0)
    expect(parley.resources()).toEqual({ connections: 0, tracks: 0, timers: 0, sockets: 0 })
  })

  it('hangs up before it is closed, also in the middle of an event', () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [{ type: 'open_socket', socket }])
    platform.sockets[0]!.opens()
    core.script = ({ type }) =>
      type === 'phone_closed'
        ? { effects: [{ type: 'send_frame', socket, text: 'hang up' }] }
        : { view: { ...initialView, session: 'online' } }
    // A listener closes the phone at once, because the component that draws the view is removed.
    parley.subscribe(() => parley.close())
    parley.hangUp(callView().call)
    expect(platform.sockets[0]!.sent).toEqual(['hang up'])
    expect(platform.sockets[0]!.readyState).toBe(2)
    expect(core.destroyed).toBe(true)
  })

  it('hangs up its calls when the core breaks', () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [{ type: 'open_socket', socket }])
    platform.sockets[0]!.opens()
    const { call } = callView()
    const rings = callView({ call: 'another' as CallId, phase: 'incoming' })
    core.script = () => ({
      view: { ...initialView, calls: [callView({ phase: 'active' }), rings] },
    })
    parley.showPeople([])
    core.script = () => new WebAssembly.RuntimeError('unreachable')
    parley.setMicrophone(call, false)
    expect(platform.sockets[0]!.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'hang_up', call },
      { type: 'leaving' },
    ])
  })

  it('tells the core when the browser can’t make calls', () => {
    const platform = new FakePlatform()
    platform.canCall = false
    expect(setUp(platform).core.events).toEqual([{ type: 'capability_told', can_call: false }])
  })

  it('blocks sound until a gesture', () => {
    const { parley } = setUp()
    const retry = vi.fn()
    const listener = vi.fn()
    parley.subscribe(listener)
    const release = parley.holdSound(retry)
    expect(parley.snapshot.soundBlocked).toBe(true)
    parley.enableSound()
    expect(retry).toHaveBeenCalledTimes(1)
    release()
    release()
    expect(parley.snapshot.soundBlocked).toBe(false)
    expect(listener).toHaveBeenCalledTimes(2)
  })

  it('keeps a bounded log', () => {
    const { parley, core } = setUp()
    const { call } = callView()
    perform(core, parley, [
      ...Array.from({ length: 1000 }, (): PhoneEffect => ({
        type: 'log',
        level: 'debug',
        text: 'x',
      })),
      { type: 'log', level: 'info', text: 'active', call },
    ])
    expect(parley.log()).toHaveLength(1000)
    expect(parley.log().at(-1)).toEqual({ atMs: 1000, level: 'info', text: 'active', call })
  })

  it('leaves out only the servers a browser does not take', () => {
    const { parley, core, platform } = setUp()
    perform(core, parley, [
      {
        type: 'create_connection',
        connection,
        call: callView().call,
        offers_first: true,
        ice_servers: [{ urls: [FakeConnection.malformedUrl, 'stun:one'] }],
        relays_only: false,
      },
    ])
    const peer = platform.connections.at(-1)
    expect(peer?.configuration.iceServers).toEqual([{ urls: 'stun:one' }])
    perform(core, parley, [
      {
        type: 'set_ice_servers',
        connection,
        ice_servers: [{ urls: ['stun:two'] }],
        relays_only: false,
      },
    ])
    expect(peer?.configuration.iceServers).toEqual([{ urls: 'stun:two' }])
    expect(parley.resources().connections).toBe(1)
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Makes the core return these effects once. */
function perform(core: FakeCore, parley: Parley, effects: readonly PhoneEffect[]) {
  core.script = () => {
    core.script = () => ({})
    return { effects }
  }
  const before = core.events.length
  parley.showPeople([])
  core.events.splice(before, 1)
}

function setUp(platform = new FakePlatform()) {
  const core = new FakeCore()
  return { core, platform, parley: new Parley(core, platform, 'test 1') }
}
