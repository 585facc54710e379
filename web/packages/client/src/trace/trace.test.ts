import { describe, expect, it } from 'vitest'
import { FakeCore } from '../testing'
import { coreIsBuilt, readCore } from '../../test/realCore'
import { createCore } from '../core'
import type { PhoneEvent, PhoneOutput } from '../generated/phone'
import type { DeviceId, UserId } from '../generated/wire'
import { createRedactor } from './redact'
import { createTrace, traced, type TraceLimits } from './trace'

const call = '01900000-0000-7000-8000-0000000000ab'
const device = '00000000-0000-4000-8000-00000000000d' as DeviceId
const session = '11111111-2222-4333-8444-555555555555'
const bea = { user: 'bea' as UserId, name: 'Bea Müller' }
const password = 'Zx81kq02JmPlTtRrEeWwQq55'
const sdp = `v=0\r\na=ice-ufrag:9aBc\r\na=ice-pwd:${password}\r\na=fingerprint:sha-256 4F:EE:07:9A\r\n`
/** Device ids as Chromium makes them: the same on every visit. */
const [headset, headsetGroup, webcam] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
]
const secrets = [
  headset,
  headsetGroup,
  webcam,
  's3cret',
  'bea',
  'Bea',
  'ada',
  'Ada',
  session,
  password,
  '4F:EE',
  '203.0.113.7',
  'turn.lan',
  'fd00::7',
]

const frame = (message: object): PhoneEvent => ({
  type: 'frame_received',
  socket: 1 as never,
  text: JSON.stringify(message),
})

/** A call that is dialed, answered, connected and ended, as the phone sees it. */
const wholeCall: readonly (readonly [atMs: number, event: PhoneEvent])[] = [
  [1, { type: 'device_chosen', source: 'microphone', device: headset }],
  [
    2,
    {
      type: 'devices_listed',
      devices: [
        { source: 'microphone', id: 'default', group: headsetGroup },
        { source: 'microphone', id: headset, group: headsetGroup },
        { source: 'camera', id: webcam, group: '' },
      ],
    },
  ],
  [10, { type: 'signed_in', token: 's3cret', device, client: 'test 1' }],
  [20, { type: 'socket_opened', socket: 1 as never }],
  [
    30,
    frame({
      type: 'welcome',
      version: 1,
      session,
      key: session,
      resumed: false,
      received: 0,
      me: { user: 'ada', name: 'Ada' },
      server_time_ms: 1_000_030,
      calls: [],
      ice_servers: [{ urls: ['turn:turn.lan:3478'], username: 'ada', credential: 's3cret' }],
    }),
  ],
  [40, { type: 'people_shown', users: [bea.user] }],
  [50, { type: 'dialed', call: call as never, callee: bea, kind: 'audio' }],
  [
    55,
    {
      type: 'media_opened',
      request: 1 as never,
      microphone: { device: headset, group: headsetGroup },
    },
  ],
  [56, { type: 'sound_measured', request: 1 as never, peak_millionths: 2000 }],
  [
    60,
    frame({
      type: 'progress',
      call,
      delivered: 1,
      ringing: 1,
      waiting: false,
      quiet: false,
      seq: 1,
      ack: 2,
    }),
  ],
  [
    70,
    frame({
      type: 'accepted',
      call,
      peer: bea,
      peer_device: device,
      link: 1,
      offers: true,
      seq: 2,
      ack: 2,
    }),
  ],
  [
    80,
    {
      type: 'local_description_set',
      connection: 1 as never,
      operation: 1 as never,
      kind: 'offer',
      sdp,
    },
  ],
  [
    90,
    {
      type: 'candidate_gathered',
      connection: 1 as never,
      ufrag: '9aBc',
      candidate: {
        candidate: 'candidate:1 1 udp 1 203.0.113.7 5 typ host',
        mid: '0',
        line_index: 0,
      },
    },
  ],
  [
    100,
    frame({
      type: 'signal',
      call,
      from: device,
      link: 1,
      data: { type: 'description', kind: 'answer', round: 1, sdp: sdp.replace('9aBc', 'dEf0') },
      seq: 3,
      ack: 4,
    }),
  ],
  [110, { type: 'remote_description_set', connection: 1 as never, operation: 2 as never }],
  [
    120,
    frame({
      type: 'signal',
      call,
      from: device,
      link: 1,
      data: {
        type: 'candidates',
        ufrag: 'dEf0',
        candidates: [{ candidate: 'candidate:1 1 udp 1 fd00::7 5 typ host', mid: '0' }],
        complete: true,
      },
      seq: 4,
      ack: 4,
    }),
  ],
  [130, { type: 'connection_state_changed', connection: 1 as never, state: 'connected' }],
  [
    1130,
    {
      type: 'stats_sampled',
      connection: 1 as never,
      at_ms: 1130,
      path: {},
      microphone_received: { packets: 50, energy: 1000 },
      camera_received: { frames: 0 },
      screen_received: { frames: 0 },
      microphone_sent: { energy: 0 },
      camera_sent: { frames: 0 },
      screen_sent: { frames: 0 },
    },
  ],
  [1140, { type: 'camera_switched', call: call as never, on: true }],
  [
    1150,
    {
      type: 'media_failed',
      request: 2 as never,
      name: 'AbortError',
      message: `Could not start ${webcam}`,
      permission: 'granted',
    },
  ],
  [1160, { type: 'media_silenced', request: 1 as never, source: 'microphone', silenced: true }],
  [1170, { type: 'media_ended', request: 1 as never, source: 'microphone' }],
  [
    2000,
    {
      type: 'operation_failed',
      connection: 1 as never,
      operation: 9 as never,
      name: 'E',
      message: '203.0.113.7',
    },
  ],
  [3000, { type: 'hang_up_pressed', call: call as never }],
]

type Line = Record<string, unknown> & { event: PhoneEvent; at: number }
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

const quiet: PhoneOutput = { effects: [] }
const networkChanged = { type: 'network_changed', mobile_data: false } as const
const ping = frame({ type: 'ping', ack: 3 })
const pong: PhoneOutput = {
  effects: [{ type: 'send_frame', socket: 1 as never, text: '{"type":"pong","ack":0}' }],
}

function start(limits?: TraceLimits) {
  return createTrace({ seed: 7, version: '1.2.3' }, 1_790_000_000_000, limits)
}

describe('a trace', () => {
  it('begins with the settings of the phone', () => {
    expect(linesOf(start().text())).toEqual([
      { parley_trace: 1, core: '1.2.3', seed: 7, started_at_ms: 1_790_000_000_000 },
    ])
  })

  it('has every event with its time and its output, without presence', () => {
    const trace = start()
    const presence = [{ user: bea.user, online: true }]
    const view = { session: 'online' as const, presence, calls: [] }
    trace.note(5, networkChanged, { effects: [], deadline_ms: 9, view })
    trace.note(8, { type: 'signed_out' })
    expect(linesOf(trace.text()).slice(1)).toEqual([
      {
        at: 5,
        event: networkChanged,
        effects: [],
        deadline_ms: 9,
        view: { session: 'online', presence: [], calls: [] },
      },
      { at: 8, event: { type: 'signed_out' } },
    ])
  })

  it('keeps the last of a run of keep-alives', () => {
    const trace = start()
    for (const at of [1, 2, 3]) trace.note(at, ping, pong)
    trace.note(4, networkChanged, quiet)
    for (const at of [5, 6]) trace.note(at, ping, pong)
    expect(linesOf(trace.text()).slice(1)).toMatchObject([
      { at: 3, repeats: 2 },
      { at: 4 },
      { at: 6, repeats: 1 },
    ])
  })

  it('drops the oldest events beyond its limits, and reports how many', () => {
    const byCount = start({ events: 16, characters: 1e6 })
    for (let at = 1; at <= 40; at++) byCount.note(at, networkChanged, quiet)
    const [header, ...events] = linesOf(byCount.text())
    expect(events.length).toBeLessThanOrEqual(16)
    expect(events.length).toBeGreaterThan(12)
    expect(header).toMatchObject({ dropped: 40 - events.length })
    expect(events.at(-1)).toMatchObject({ at: 40 })

    const bySize = start({ events: 1e6, characters: 1000 })
    for (let at = 1; at <= 100; at++) bySize.note(at, networkChanged, quiet)
    expect(bySize.text().length).toBeLessThan(2000)
  })

  it('has the event on which the core failed, and no refused event', () => {
    const core = new FakeCore()
    const trace = start()
    const phone = traced(core, trace)
    phone.handle(networkChanged, 1)
    core.script = () => 'protocol/invalid-field'
    phone.handle({ type: 'page_hidden' }, 2)
    core.script = () => new WebAssembly.RuntimeError('unreachable')
    expect(() => phone.handle({ type: 'signed_out' }, 3)).toThrow()
    expect(linesOf(trace.text()).slice(1)).toEqual([
      { at: 1, event: networkChanged, effects: [] },
      { at: 3, event: { type: 'signed_out' } },
    ])
    phone.destroy()
    expect(core.destroyed).toBe(true)
  })
})

describe.skipIf(!coreIsBuilt)('a trace of a real phone', () => {
  const record = async () => {
    const module = await WebAssembly.compile(readCore())
    const core = await createCore(module, 7)
    const trace = createTrace(core, 0)
    const phone = traced(core, trace)
    const phases: (string | undefined)[] = []
    for (const [atMs, event] of wholeCall) {
      const answer = phone.handle(event, atMs)
      if (answer.ok && answer.output.view) phases.push(answer.output.view.calls[0]?.phase)
    }
    return { module, text: trace.text(), phases }
  }

  it('has the call without its secrets', async () => {
    const { text, phases } = await record()
    expect(phases).toContain('active')
    for (const secret of secrets) expect(text).not.toContain(secret)
    expect(text).toContain(call)
    expect(text).toContain('9aBc')
    expect(text).toMatch(/"core":"\d+\.\d+\.\d+/)
  })

  it('replays the call, effect by effect', async () => {
    const { module, text } = await record()
    const phone = await createCore(module, 7)
    const [, ...lines] = linesOf(text)
    expect(lines).toHaveLength(wholeCall.length)
    for (const { at, event, ...recorded } of lines) {
      const answer = phone.handle(event, at)
      if (!answer.ok) throw new Error(answer.error)
      const { view, ...outcome } = answer.output
      expect({ ...outcome, ...(view && { view: { ...view, presence: [] } }) }).toEqual(recorded)
    }
  })

  it('is the same when it is redacted twice', async () => {
    const { text } = await record()
    const redactor = createRedactor()
    const [, ...lines] = linesOf(text)
    const again = lines.map(({ at, event, ...rest }) => ({
      at,
      event: redactor.redact(event),
      ...(redactor.redact(rest) as object),
    }))
    expect(again).toEqual(lines)
  })
})
