import type { CallView, QualityView, SourceView } from '../generated/phone'
import type { CallId, LegStatus, UserId } from '../generated/wire'

export function sourceView(change: Partial<SourceView> = {}): SourceView {
  return { wanted: true, state: 'on', opening: false, asking: false, off_proof: 'none', ...change }
}

/** A call right after dialing; the test changes some fields. */
export function callView(change: Partial<CallView> = {}): CallView {
  return {
    call: '01890000-0000-7000-8000-000000000001' as CallId,
    direction: 'outgoing',
    peer: { user: 'bea' as UserId, name: 'Bea' },
    kind: 'audio',
    phase: 'calling',
    waiting: false,
    quiet: false,
    held: false,
    devices_told: 0,
    devices_ringing: 0,
    microphone: sourceView(),
    camera: sourceView({ wanted: false, state: 'off' }),
    screen: sourceView({ wanted: false, state: 'off' }),
    sound_hint: 'none',
    peer_device: 'connected',
    ...change,
  }
}

/** The status of the other side in a call with sound only. */
export function legStatus(change: Partial<LegStatus> = {}): LegStatus {
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

/** A call that is heard well on both sides. */
export function qualityView(change: Partial<QualityView> = {}): QualityView {
  const flow = {
    level: 'excellent',
    sound_mos_hundredths: 431,
    rate_kbps: 34,
    lost_permille: 0,
    concealed_permille: 0,
  } as const
  return {
    level: 'excellent',
    cause: 'none',
    side: 'between',
    measurements: 1,
    round_trip_ms: 42,
    relayed: false,
    receiving: flow,
    sending: flow,
    ...change,
  }
}
