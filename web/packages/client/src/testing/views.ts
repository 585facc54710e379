import type { CallView, SourceView } from '../generated/phone'
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
