import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakePlatform, FakeTrack } from './testing'
import { coreIsBuilt, readCore } from '../test/realCore'
import { compileCore, createCore } from './core'
import type { PhoneEvent } from './generated/phone'
import type { ClientFrame, ServerMessage, UserId } from './generated/wire'
import { initialView, Parley } from './phone'

/** The smallest valid module. */
const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

describe('loading the core', () => {
  it.each(['application/wasm', 'application/octet-stream'])('works as %s', async (type) => {
    const { url } = await serve(200, type)
    expect(await compileCore(url)).toBeInstanceOf(WebAssembly.Module)
  })

  it('downloads it once for all phones of a page', async () => {
    const { url, asked } = await serve(200, 'application/wasm')
    const [first, second] = await Promise.all([compileCore(url), compileCore(url)])
    expect(first).toBe(second)
    expect(asked()).toBe(1)
  })

  it('reports a failed download, and tries again the next time', async () => {
    const { url, asked, answer } = await serve(404, 'text/html')
    await expect(compileCore(url)).rejects.toThrow('404')
    answer.status = 200
    expect(await compileCore(url)).toBeInstanceOf(WebAssembly.Module)
    expect(asked()).toBe(2)
  })
})

describe.skipIf(!coreIsBuilt)('core.wasm', () => {
  beforeEach(() => {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation(() => undefined)
    }
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('imports nothing', async () => {
    expect(WebAssembly.Module.imports(await WebAssembly.compile(readCore()))).toEqual([])
  })

  it('shows the initial view first', async () => {
    const { core } = await start()
    const answer = core.handle({ type: 'time_reached' }, 0)
    expect(answer).toEqual({ ok: true, output: { effects: [], view: initialView } })
    expect(core.handle({ type: 'time_reached' }, 1)).toEqual({ ok: true, output: { effects: [] } })
  })

  it('refuses an invalid event, and goes on', async () => {
    const { core } = await start()
    const nonsense = { type: 'nonsense' } as unknown as PhoneEvent
    expect(core.handle(nonsense, 0)).toEqual({ ok: false, error: 'protocol/malformed-message' })
    const text = 'x'.repeat(2 ** 20)
    const tooLarge = core.handle({ type: 'frame_received', socket: 1 as never, text }, 0)
    expect(tooLarge).toEqual({ ok: false, error: 'protocol/message-too-large' })
    expect(core.handle({ type: 'time_reached' }, 0).ok).toBe(true)
  })

  it('takes every text a frame may hold', async () => {
    const { parley, platform, talk } = await online()
    const text = JSON.stringify({ type: 'pong', note: '"\\\u0001ä😀'.repeat(4000) })
    platform.sockets[0]!.receives(text)
    expect(parley.log()).toEqual([])
    talk({ type: 'ping' })
    expect(sent(platform).at(-1)?.type).toBe('pong')
  })

  it('dials, rings, connects, mutes, shares a screen and hangs up', async () => {
    const { parley, platform, talk } = await online()
    parley.devices.choose('microphone', 'm1')
    const call = parley.dial({ user: 'bea' as UserId, name: 'Bea' }, 'audio')
    expect(sent(platform).at(-1)).toMatchObject({ type: 'invite', call, callee: 'bea' })
    expect(parley.view.calls).toMatchObject([{ call, phase: 'calling', direction: 'outgoing' }])

    talk({ type: 'progress', call, delivered: 2, ringing: 1, waiting: false, quiet: false })
    expect(parley.view.calls[0]).toMatchObject({ phase: 'ringing', devices_ringing: 1 })
    expect(parley.resources()).toMatchObject({ connections: 0, tracks: 0 })

    const peer = { user: 'bea' as UserId, name: 'Bea' }
    talk({ type: 'accepted', call, peer, peer_device: device, link: 1, offers: true })
    const microphone = new FakeTrack('audio')
    expect(platform.requests[0]!.constraints.audio).toMatchObject({ deviceId: { exact: 'm1' } })
    platform.requests[0]!.grant(microphone)
    await settled()
    expect(parley.view.calls[0]).toMatchObject({ phase: 'connecting' })
    const offer = sent(platform).findLast((frame) => frame.type === 'signal')
    expect(offer).toMatchObject({ call, to: device, data: { type: 'description', kind: 'offer' } })
    const said = platform.connections[0]!.transceivers[0]?.sender.track
    expect(said?.from).toBe(microphone)

    const data = { type: 'description', kind: 'answer', round: 1, sdp: 'v=0\r\n' }
    talk({ type: 'signal', call, from: device, link: 1, data })
    platform.connections[0]!.changesState('connected')
    await settled()
    expect(platform.connections[0]!.calls).toContain('setRemoteDescription answer')
    platform.connections[0]!.stats = [{ type: 'inbound-rtp', kind: 'audio', packetsReceived: 5 }]
    await pass(platform, 3000)
    expect(parley.view.calls[0]).toMatchObject({ phase: 'active' })
    expect(parley.view.calls[0]?.active_since_ms).toBeGreaterThan(1000)

    expect([said?.enabled, said?.readyState]).toEqual([true, 'live'])
    parley.setMicrophone(call, false)
    expect(said?.enabled).toBe(false)
    expect(parley.view.calls[0]?.microphone).toMatchObject({ wanted: false, state: 'off' })

    parley.setScreen(call, true)
    const screen = new FakeTrack('video')
    platform.screenRequests[0]!.grant(screen)
    await settled()
    const shown = platform.connections[0]!.transceivers[2]?.sender.track
    expect(shown?.from).toBe(screen)
    expect([shown?.enabled, shown?.readyState]).toEqual([true, 'live'])
    const { request } = parley.view.calls[0]!.screen
    expect(parley.localPicture(request)?.getTracks()).toEqual([screen])
    parley.setScreen(call, false)
    expect([screen.readyState, shown?.readyState]).toEqual(['ended', 'ended'])

    parley.hangUp(call)
    expect(sent(platform).at(-1)).toMatchObject({ type: 'hang_up', call })
    expect(parley.view.calls[0]).toMatchObject({ phase: 'ended' })
    expect([microphone.readyState, said?.readyState]).toEqual(['ended', 'ended'])
    expect(parley.resources()).toMatchObject({ connections: 0, tracks: 0 })

    parley.signOut()
    expect(parley.resources()).toEqual({ connections: 0, tracks: 0, timers: 0, sockets: 0 })
    expect(parley.fatal).toBeNull()
  })

  it('takes far less than a millisecond for a step', async () => {
    const { core } = await start()
    const steps = 2000
    const event = { type: 'network_changed', mobile_data: false } as const
    for (let i = 0; i < steps; ++i) core.handle(event, i)
    const begin = performance.now()
    for (let i = 0; i < steps; ++i) core.handle(event, i)
    // The budget is 50 µs; the limit is larger because test machines run other work too.
    expect((performance.now() - begin) / steps).toBeLessThan(1)
  })
})

const device = '01890000-0000-4000-8000-00000000000d' as never
const settled = () => new Promise((resolve) => setImmediate(resolve))

async function start() {
  return { core: await createCore(await WebAssembly.compile(readCore()), 1) }
}

/** A signed-in phone on the real core, and functions that act as the server. */
async function online() {
  const { core } = await start()
  const platform = new FakePlatform()
  const parley = new Parley(core, platform, 'test 1')
  parley.signIn('token')
  platform.sockets[0]!.opens()
  expect(sent(platform)).toMatchObject([{ type: 'hello', token: 'token', client: 'test 1' }])
  let seq = 0
  const talk = (message: ServerMessage) => {
    const unnumbered = ['welcome', 'ping', 'pong', 'ack'].includes(message.type)
    const envelope = unnumbered ? {} : { seq: (seq += 1) }
    platform.sockets[0]!.receives(JSON.stringify({ ...message, ...envelope }))
  }
  talk({
    type: 'welcome',
    version: 1,
    session: '01890000-0000-4000-8000-000000000001' as never,
    key: '01890000-0000-4000-8000-000000000002' as never,
    resumed: false,
    received: 0,
    me: { user: 'ada' as UserId, name: 'Ada' },
    server_time_ms: 1_800_000_000_000,
    calls: [],
    ice_servers: [{ urls: ['stun:127.0.0.1:3478'] }],
  })
  expect(parley.view).toMatchObject({ session: 'online', me: { name: 'Ada' } })
  return { parley, platform, talk }
}

/** Lets time pass in small steps, so that promises settle between timers. */
async function pass(platform: FakePlatform, ms: number) {
  for (let passed = 0; passed < ms; passed += 50) {
    platform.advance(50)
    await settled()
  }
}

function sent(platform: FakePlatform): ClientFrame[] {
  return platform.sockets.flatMap((socket) =>
    socket.sent.map((text) => JSON.parse(text) as ClientFrame),
  )
}

async function serve(status: number, type: string) {
  const answer = { status }
  let asked = 0
  server = createServer((_, response) => {
    asked += 1
    response.writeHead(answer.status, { 'content-type': type })
    response.end(emptyModule)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${String(port)}/core.wasm`, asked: () => asked, answer }
}
