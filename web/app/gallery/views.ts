// Calls and pages for scenes, as a phone shows them.
import type {
  CallId,
  CallView,
  EndReason,
  ErrorCode,
  LegStatus,
  MediaRequestId,
  PeerConnectionId,
  QualityView,
  SessionPhase,
  Snapshot,
  SourceView,
} from '@parley/client'

import { ok, type FakeServer } from './fakeServer'
import { changeCall, press } from './pageActions'
import { ada, history, me, people, signIns } from './people'

export type Scene = {
  readonly snapshot: Snapshot
  readonly server: FakeServer
  readonly signedIn: boolean
  readonly route: string
  /** Shows something other than the app's pages. */
  readonly special?: 'crash' | 'load-failed' | 'loading' | 'elements' | 'notes' | 'pages'
  /** The present devices; by default all. */
  readonly devices?: 'all' | 'none' | 'broken' | 'silent'
  /** Actions before the screenshot. */
  readonly act?: () => Promise<void>
}

export type Scenes = Readonly<Record<string, Scene>>

/** The requests for which the fake phone has pictures. */
export const CAMERA_REQUEST = 1 as MediaRequestId
export const SCREEN_REQUEST = 2 as MediaRequestId

export const on: SourceView = {
  wanted: true,
  state: 'on',
  opening: false,
  asking: false,
  off_proof: 'none',
}
export const off: SourceView = { ...on, wanted: false, state: 'off' }
export const camera: SourceView = { ...on, request: CAMERA_REQUEST, device: 'c1' }
export const sharing: SourceView = { ...on, request: SCREEN_REQUEST }

/** A source with this problem. */
export function broken(problem: ErrorCode): SourceView {
  if (problem.endsWith('-lost')) return { ...on, state: 'lost', problem }
  if (problem.endsWith('-silenced')) return { ...on, state: 'silenced', problem }
  return { ...on, state: 'unavailable', problem }
}

export function status(change: Partial<LegStatus> = {}): LegStatus {
  return {
    revision: 1,
    microphone: 'on',
    camera: 'off',
    held: false,
    sharing: false,
    reconnecting: false,
    mobile_data: false,
    confirms: 0,
    ...change,
  }
}

export const SECOND = '01890000-0000-7000-8000-000000000002' as CallId

export const base: CallView = {
  call: '01890000-0000-7000-8000-000000000001' as CallId,
  direction: 'outgoing',
  peer: ada,
  kind: 'audio',
  phase: 'calling',
  waiting: false,
  quiet: false,
  held: false,
  peer_device: 'connected',
  devices_told: 1,
  devices_ringing: 0,
  microphone: { ...on, device: 'm2' },
  camera: off,
  screen: off,
  sound_hint: 'none',
}

/** Measured for the `at`th time, with pictures or without. */
export function quality(at = 1, change: Partial<QualityView> = {}, kbps = 34): QualityView {
  const wave = (step: number, height: number) => Math.round(height * (1 + Math.sin(at / step)))
  const flow = { level: 'excellent', lost_permille: 0, concealed_permille: 0 } as const
  return {
    level: 'excellent',
    cause: 'none',
    side: 'between',
    measurements: at,
    round_trip_ms: 38 + wave(3, 4),
    relayed: false,
    receiving: { ...flow, rate_kbps: kbps + wave(4, kbps / 10) },
    sending: { ...flow, rate_kbps: kbps + wave(5, kbps / 12) },
    ...change,
  }
}

/** The path to the other side has been lossy for the last half of a minute. */
export function lossy(at: number): QualityView {
  const fine = quality(at, {}, 900)
  if (at < 32) return fine
  const bad = 40 + Math.round(30 * Math.sin(at)) + Math.round(18 * Math.sin(at * 2.3))
  return {
    ...fine,
    level: at < 35 ? 'excellent' : 'poor',
    cause: at < 35 ? 'none' : 'loss',
    side: 'mine',
    round_trip_ms: 90 + bad,
    sending: {
      level: at < 35 ? 'excellent' : 'poor',
      rate_kbps: 420 + bad,
      lost_permille: 2 * bad,
      concealed_permille: bad,
    },
  }
}

export const audio: CallView = {
  ...base,
  phase: 'active',
  active_since_ms: -754_000,
  connection: 1 as PeerConnectionId,
  peer_status: status(),
  quality: quality(),
}

export const video: CallView = {
  ...audio,
  kind: 'video',
  camera,
  peer_status: status({ camera: 'on' }),
  quality: quality(1, {}, 900),
}

export const server: FakeServer = {
  server: ok({ sign_up: 'open', first_account: 'made', users_invite: true, version: '0.1.0' }),
  invitations: ok({ invitations: [] }),
  people: ok({ people }),
  calls: ok({ calls: history.slice(0, 9), next: 'more' }),
  me: ok(me),
  settings: ok({ call_waiting: true, who_may_call: 'everybody' }),
  blocked: ok({ people: [] }),
  contacts: ok({ people: [] }),
  sessions: ok({ sessions: signIns.slice(0, 1) }),
}

export function view(calls: readonly CallView[] = [], session: SessionPhase = 'online'): Snapshot {
  const presence = people.map(({ user }, index) => ({ user, online: index % 3 !== 1 }))
  const connections = [1, 2].map((serial) => serial as PeerConnectionId)
  return {
    view: { session, me, presence: presence.slice(0, 7), calls },
    fatal: null,
    socketsBlocked: false,
    soundBlocked: false,
    remoteStreams: connections,
    remoteScreens: connections,
  }
}

export const idle: Scene = { snapshot: view(), server, signedIn: true, route: 'people' }

export function inCall(call: CallView, snapshot: Partial<Snapshot> = {}): Scene {
  return { ...idle, snapshot: { ...view([call]), ...snapshot } }
}

/** A call that was in front when it ended. */
export function ended(reason: EndReason, call: Partial<CallView> = {}): Scene {
  const before = inCall({ ...audio, ...call })
  return { ...before, act: () => changeCall({ ...base, ...call, phase: 'ended', reason }) }
}

export function small(scene: Scene): Scene {
  return { ...scene, act: () => press('.parley-corners button') }
}
