import type { CallView, SourceView } from '../src/generated/phone'
import type { CallId, UserId } from '../src/generated/wire'

export function sourceView(change: Partial<SourceView> = {}): SourceView {
  return { wanted: true, state: 'on', opening: false, ...change }
}

/** A call as the core shows it right after dialing; a test changes what it is about. */
export function callView(change: Partial<CallView> = {}): CallView {
  return {
    call: '01890000-0000-7000-8000-000000000001' as CallId,
    direction: 'outgoing',
    peer: { user: 'bea' as UserId, name: 'Bea' },
    kind: 'audio',
    phase: 'calling',
    waiting: false,
    held: false,
    devices_told: 0,
    devices_ringing: 0,
    microphone: sourceView(),
    camera: sourceView({ wanted: false, state: 'off' }),
    peer_device: 'connected',
    ...change,
  }
}
