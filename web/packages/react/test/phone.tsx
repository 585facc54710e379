// A page with a phone whose view a test writes, and whose buttons a test reads.
import {
  Parley,
  initialView,
  type CallView,
  type Party,
  type PeerConnectionId,
  type View,
} from '@parley/client'
import { FakeCore, FakePlatform, callView, legStatus } from '@parley/client/testing'
import { act, render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { vi } from 'vitest'

import { ParleyProvider } from '../src/ParleyProvider'

export const me: Party = { user: 'sam' as never, name: 'Sam Okafor' }
export const bea: Party = { user: 'bea' as never, name: 'Bea Moreau' }

/** A call with Bea in which both are heard. */
export function liveCall(change: Partial<CallView> = {}): CallView {
  return callView({
    peer: bea,
    phase: 'active',
    active_since_ms: 0,
    connection: 1 as PeerConnectionId,
    peer_status: legStatus(),
    ...change,
  })
}

/** What a browser lists; with a name once the page may use such a device. */
export function plugged(kind: MediaDeviceKind, deviceId: string, label = ''): MediaDeviceInfo {
  return { kind, deviceId, label, groupId: '' } as MediaDeviceInfo
}

export function renderWithPhone(ui: ReactNode, first: Partial<View> = {}) {
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue()
  const core = new FakeCore()
  const platform = new FakePlatform()
  const parley = new Parley(core, platform)
  let view: View = { ...initialView, session: 'online', me }
  const show = (change: Partial<View>) => {
    view = { ...view, ...change }
    core.script = () => ({ view })
    // Any event makes the core tell its view.
    act(() => parley.showPeople([]))
    core.script = () => ({})
    core.events.length = 0
  }
  show(first)
  const user = userEvent.setup()
  const result = render(<ParleyProvider parley={parley}>{ui}</ParleyProvider>)
  const showCalls = (...calls: CallView[]) => show({ calls })
  const plug = async (...found: MediaDeviceInfo[]) => {
    platform.found = found
    await act(async () => platform.plug())
    core.events.length = 0
  }
  return { ...result, core, platform, parley, user, show, showCalls, plug }
}
