// Every state worth looking at, by name.
import {
  errors,
  type CallId,
  type CallView,
  type EndReason,
  type ErrorCode,
  type MediaRequestId,
  type PeerConnectionId,
  type SessionPhase,
  type Snapshot,
  type SourceView,
} from '@parley/client'

import { ok, refusal, type FakeServer } from './fakeServer'
import { ada, history, me, noor, nuisances, people } from './people'

export type Scene = {
  readonly snapshot: Snapshot
  readonly server: FakeServer
  readonly signedIn: boolean
  readonly route: string
  /** Draws something other than the app's pages. */
  readonly special?: 'crash' | 'load-failed' | 'loading' | 'elements' | 'notes' | 'pages'
  /** What a person does before the picture is taken. */
  readonly act?: () => Promise<void>
}

const on: SourceView = { wanted: true, state: 'on', opening: false }
const off: SourceView = { wanted: false, state: 'off', opening: false }
const camera: SourceView = { ...on, request: 1 as MediaRequestId }

function broken(problem: ErrorCode): SourceView {
  return { wanted: true, state: 'unavailable', opening: false, problem }
}

const SECOND = '01890000-0000-7000-8000-000000000002' as CallId

const base: CallView = {
  call: '01890000-0000-7000-8000-000000000001' as CallId,
  direction: 'outgoing',
  peer: ada,
  kind: 'audio',
  phase: 'calling',
  waiting: false,
  held: false,
  peer_device: 'connected',
  devices_told: 1,
  devices_ringing: 0,
  microphone: on,
  camera: off,
}

const audio: CallView = {
  ...base,
  phase: 'active',
  active_since_ms: -754_000,
  connection: 1 as PeerConnectionId,
  peer_status: { revision: 1, microphone: 'on', camera: 'off', held: false },
}

const video: CallView = {
  ...audio,
  kind: 'video',
  camera,
  peer_status: { revision: 1, microphone: 'on', camera: 'on', held: false },
}

const server: FakeServer = {
  server: ok({ sign_up: 'open', version: '0.1.0' }),
  people: ok({ people }),
  calls: ok({ calls: history.slice(0, 9), next: 'more' }),
  me: ok(me),
  settings: ok({ call_waiting: true }),
}

function view(calls: readonly CallView[] = [], session: SessionPhase = 'online'): Snapshot {
  const presence = people.map(({ user }, index) => ({ user, online: index % 3 !== 1 }))
  return {
    view: { session, me, presence: presence.slice(0, 7), calls },
    fatal: null,
    soundBlocked: false,
    remoteStreams: [1, 2].map((serial) => serial as PeerConnectionId),
  }
}

const idle: Scene = { snapshot: view(), server, signedIn: true, route: 'people' }
const signedOut = view([], 'signed_out')

function inCall(call: CallView, snapshot: Partial<Snapshot> = {}): Scene {
  return { ...idle, snapshot: { ...view([call]), ...snapshot } }
}

function door(route: 'people' | 'sign-up', answers: FakeServer, act?: () => Promise<void>): Scene {
  return {
    snapshot: signedOut,
    server: { ...server, ...answers },
    signedIn: false,
    route,
    ...(act ? { act } : {}),
  }
}

function incoming(call: Partial<CallView>, others: readonly CallView[] = []): Scene {
  const ringing = {
    ...base,
    call: SECOND,
    direction: 'incoming',
    phase: 'incoming',
    ...call,
  } as const
  return { ...idle, snapshot: view([...others, ringing]) }
}

/** A call that was on the stage when it ended. */
function ended(reason: EndReason, call: Partial<CallView> = {}): Scene {
  const before = inCall({ ...audio, ...call })
  return { ...before, act: () => changeCall({ ...base, ...call, phase: 'ended', reason }) }
}

/** A call that rang here and was over before anybody looked. */
function missed(reason: EndReason): Scene {
  return inCall({ ...base, direction: 'incoming', phase: 'ended', reason })
}

let changeCall: (call: CallView) => Promise<void> = () => Promise.resolve()

/** The gallery says how to put a call in the place of a scene's. */
export function onCallChange(change: (call: CallView) => void): void {
  changeCall = async (call) => {
    await settled()
    change(call)
  }
}

const failures = (Object.keys(errors) as ErrorCode[]).filter(
  (code) =>
    code.startsWith('connection/') || code === 'call/unknown-user' || code === 'call/overloaded',
)

export const scenes: Readonly<Record<string, Scene>> = {
  'door-sign-in': door('people', {}),
  'door-sign-in-closed': door('people', { server: ok({ sign_up: 'closed', version: '0.1.0' }) }),
  'door-sign-in-missing': door('people', {}, () => submit()),
  'door-sign-in-wrong': door(
    'people',
    { 'sign-in': refusal('account/wrong-credentials') },
    async () => {
      await fill('user', 'ada')
      await fill('password', 'wrong password')
      await submit()
    },
  ),
  'door-sign-in-busy': door('people', { 'sign-in': 'never' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'door-sign-in-offline': door('people', { 'sign-in': 'offline' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'door-sign-up': door('sign-up', {}),
  'door-sign-up-invite': door('sign-up', { server: ok({ sign_up: 'invite', version: '0.1.0' }) }),
  'door-sign-up-closed': door('sign-up', { server: ok({ sign_up: 'closed', version: '0.1.0' }) }),
  'door-sign-up-taken': door('sign-up', { 'sign-up': refusal('account/name-taken') }, async () => {
    await fill('name', 'Ada Lovelace')
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),

  people: idle,
  'people-loading': { ...idle, server: { ...server, people: 'never' } },
  'people-empty': { ...idle, server: { ...server, people: ok({ people: [me] }) } },
  'people-error': { ...idle, server: { ...server, people: 'offline' } },
  'people-none-found': {
    ...idle,
    server: { ...server, people: ok({ people: [] }) },
    act: () => fill('', 'zebedee'),
  },
  'people-nuisances': { ...idle, server: { ...server, people: ok({ people: nuisances }) } },
  'people-connecting': { ...idle, snapshot: view([], 'connecting') },
  'people-reconnecting': { ...idle, snapshot: view([], 'reconnecting') },
  'people-replaced': {
    ...idle,
    snapshot: {
      ...view(),
      view: { ...view().view, session: 'refused', problem: 'server/session-replaced' },
    },
  },
  'people-may-notify': {
    ...idle,
    act: async () => {
      await changeCall({ ...base, direction: 'incoming', phase: 'incoming' })
      await changeCall({ ...base, direction: 'incoming', phase: 'ended', reason: 'cancelled' })
      await press('.parley-ended-actions button:last-child')
    },
  },
  'people-settings': { ...idle, act: () => press('.settings-opener') },

  history: { ...idle, route: 'history' },
  'history-end': {
    ...idle,
    route: 'history',
    server: { ...server, calls: ok({ calls: history.slice(0, 12) }) },
    act: scrollDown,
  },
  'history-missed': {
    ...idle,
    route: 'history',
    act: () => press('.content .segment:nth-child(2) input'),
  },
  'history-none-missed': {
    ...idle,
    route: 'history',
    server: { ...server, calls: ok({ calls: history.slice(0, 1) }) },
    act: () => press('.content .segment:nth-child(2) input'),
  },
  'history-details': {
    ...idle,
    route: 'history',
    act: () => press('.row-opener'),
  },
  'history-details-failed': {
    ...idle,
    route: 'history',
    act: () => press('.day + .day .row-opener'),
  },
  'history-loading': { ...idle, route: 'history', server: { ...server, calls: 'never' } },
  'history-empty': { ...idle, route: 'history', server: { ...server, calls: ok({ calls: [] }) } },
  'history-error': { ...idle, route: 'history', server: { ...server, calls: 'offline' } },

  devices: { ...idle, route: 'devices' },
  'devices-test': { ...idle, route: 'devices', act: () => press('.devices-preview button') },

  'incoming-audio': incoming({}),
  'incoming-video': incoming({ kind: 'video' }),
  'incoming-nuisance': incoming({ peer: nuisances[3] ?? ada }),
  'incoming-in-call': incoming({ peer: noor, kind: 'video' }, [audio]),
  'incoming-while-typing': {
    ...idle,
    act: async () => {
      await fill('', 'gra')
      await changeCall({ ...base, direction: 'incoming', phase: 'incoming' })
    },
  },

  'call-calling': inCall(base),
  'call-ringing': inCall({ ...base, phase: 'ringing', devices_ringing: 1 }),
  'call-ringing-video': inCall({
    ...base,
    kind: 'video',
    phase: 'ringing',
    devices_ringing: 2,
    camera,
  }),
  'call-opening-camera': inCall({
    ...base,
    kind: 'video',
    phase: 'ringing',
    devices_ringing: 1,
    camera: { wanted: true, state: 'off', opening: true },
  }),
  'call-connecting': inCall({ ...base, direction: 'incoming', phase: 'connecting' }),
  'call-active': inCall(audio),
  'call-active-both-muted': inCall({
    ...audio,
    microphone: off,
    peer_status: { revision: 2, microphone: 'off', camera: 'off', held: false },
  }),
  'call-active-nuisance': inCall({ ...audio, peer: nuisances[4] ?? ada }),
  'call-active-video': inCall(video),
  'call-active-video-upright': inCall({ ...video, connection: 2 as PeerConnectionId }),
  'call-active-video-muted': inCall({
    ...video,
    microphone: off,
    camera: off,
    peer_status: { revision: 2, microphone: 'off', camera: 'on', held: false },
  }),
  'call-active-video-peer-off': inCall({
    ...video,
    peer_status: { revision: 2, microphone: 'on', camera: 'off', held: false },
  }),
  'call-active-video-peer-broken': inCall({
    ...video,
    peer_status: { revision: 2, microphone: 'unavailable', camera: 'unavailable', held: false },
  }),
  'call-active-camera-missing': inCall({ ...video, camera: broken('device/camera-missing') }),
  'call-active-microphone-denied': inCall({
    ...audio,
    microphone: broken('device/microphone-denied'),
  }),
  'call-active-both-broken': inCall({
    ...video,
    microphone: broken('device/microphone-busy'),
    camera: broken('device/camera-denied'),
  }),
  'call-active-sound-blocked': inCall(audio, { soundBlocked: true }),
  'call-active-server-away': inCall(video, { view: view([video], 'reconnecting').view }),
  'call-reconnecting': inCall({ ...audio, phase: 'reconnecting' }),
  'call-reconnecting-video': inCall({ ...video, phase: 'reconnecting' }),

  'call-waiting': inCall({ ...base, phase: 'ringing', waiting: true, devices_ringing: 1 }),
  'call-held': inCall({ ...video, held: true }),
  'call-held-by-peer': inCall({
    ...audio,
    peer_status: { revision: 3, microphone: 'on', camera: 'off', held: true },
  }),
  'call-peer-reloading': inCall({ ...video, phase: 'reconnecting', peer_device: 'reloading' }),
  'call-peer-lost': inCall({ ...audio, peer_device: 'lost' }),
  'call-two': {
    ...idle,
    snapshot: view([{ ...audio, call: SECOND, peer: noor, held: true }, audio]),
  },
  'call-elsewhere': inCall({ ...audio, phase: 'elsewhere' }),

  'ended-completed': ended('completed', { lasted_ms: 754_000 }),
  'ended-declined': ended('declined'),
  'ended-cancelled': ended('cancelled'),
  'ended-busy': ended('busy'),
  'ended-no-answer': ended('no_answer', { kind: 'video' }),
  'ended-unreachable': ended('unreachable'),
  'ended-abandoned': ended('abandoned', { lasted_ms: 4_210_000 }),
  ...Object.fromEntries(
    failures.map((problem) => [
      `ended-failed-${problem.replace('/', '-')}`,
      ended('failed', { problem }),
    ]),
  ),
  'ended-missed': missed('no_answer'),
  'ended-declined-here': missed('declined'),
  'ended-answered-elsewhere': missed('answered_elsewhere'),

  'small-ringing': small(inCall({ ...base, phase: 'ringing', devices_ringing: 1 })),
  'small-active': small(inCall(audio)),
  'small-active-video': small(inCall(video)),
  'small-active-broken': small(inCall({ ...video, camera: broken('device/camera-missing') })),
  'small-reconnecting': small(inCall({ ...audio, phase: 'reconnecting', microphone: off })),

  crash: { ...idle, special: 'crash' },
  'load-failed': { ...idle, special: 'load-failed' },
  loading: { ...idle, special: 'loading' },
  elements: { ...idle, special: 'elements' },
  notes: { ...idle, special: 'notes' },
}

function small(scene: Scene): Scene {
  return { ...scene, act: () => press('.parley-corner button') }
}

// ---- a hand for the scenes ----

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60))
}

async function find(selector: string): Promise<HTMLElement> {
  for (;;) {
    const element = document.querySelector<HTMLElement>(selector)
    if (element) return element
    await settled()
  }
}

async function press(selector: string): Promise<void> {
  const element = await find(selector)
  element.click()
  await settled()
}

/** An empty name means the search field. */
async function fill(name: string, text: string): Promise<void> {
  const selector = name === '' ? 'input[type=search]' : `input[name=${name}]`
  const input = (await find(selector)) as HTMLInputElement
  input.focus()
  // React watches the property of the element, so the prototype's setter is used.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settled()
}

async function submit(): Promise<void> {
  await press('button[type=submit]')
}

async function scrollDown(): Promise<void> {
  await find('.day')
  window.scrollTo(0, document.body.scrollHeight)
  await settled()
}
