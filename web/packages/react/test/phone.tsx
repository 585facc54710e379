// A page with a phone whose view a test writes, and whose buttons a test reads.
import { Parley, initialView, type CallView, type Party, type View } from '@parley/client'
import { FakeCore, FakePlatform } from '@parley/client/testing'
import { act, render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { vi } from 'vitest'

import { ParleyProvider } from '../src/ParleyProvider'

export const me: Party = { user: 'sam' as never, name: 'Sam Okafor' }
export const bea: Party = { user: 'bea' as never, name: 'Bea Moreau' }

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
  return { ...result, core, platform, parley, user, show, showCalls }
}
