import type { CallView, MediaRequestId, SourceView } from '@parley/client'
import { callView, sourceView } from '@parley/client/testing'
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { bea, liveCall as live, renderWithPhone } from '../../../test/phone'
import { CallModals } from './CallModals'

const page = (
  <>
    <button type="button">Before</button>
    <input aria-label="Message" />
    <CallModals />
  </>
)

afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a call on the stage', () => {
  it.each<[CallView['phase'], string]>([
    ['calling', 'Calling…'],
    ['ringing', 'Ringing…'],
    ['answering', 'Connecting…'],
    ['connecting', 'Connecting…'],
    ['active', 'Connected'],
    ['reconnecting', 'Reconnecting…'],
  ])('says aloud that it is %s', (phase, words) => {
    const { showCalls } = renderWithPhone(page)
    showCalls(callView({ phase, peer: bea }))
    const stage = screen.getByRole('dialog', { name: 'Call with Bea Moreau' })
    const status = within(stage).getAllByRole('status')
    expect(status.map(({ textContent }) => textContent).filter(Boolean)).toEqual([words])
  })

  it('keeps one status element for the whole call, so that changes are announced', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(callView({ peer: bea }))
    const line = screen.getByText('Calling…').closest('[role=status]')
    showCalls(live())
    expect(line?.textContent).toBe('Connected')
    showCalls(live({ phase: 'ended', reason: 'completed', lasted_ms: 65_000 }))
    expect(line?.textContent).toBe('Call endedYou talked for 1 minute 5 seconds.')
  })

  it('counts from the first media on', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(callView({ peer: bea, phase: 'connecting' }))
    expect(screen.queryByRole('timer')).toBeNull()
    showCalls(live())
    expect(screen.getByRole('timer')).toBeDefined()
  })

  it('takes the focus, and returns it', async () => {
    const { user, showCalls } = renderWithPhone(page)
    const before = screen.getByRole('button', { name: 'Before' })
    await user.click(before)
    showCalls(live())
    const stage = screen.getByRole('dialog')
    expect(document.activeElement).toBe(stage)
    expect(stage.getAttribute('aria-modal')).toBe('true')
    showCalls()
    expect(document.activeElement).toBe(before)
  })

  it('returns the focus, also after the call was small', async () => {
    const { user, showCalls } = renderWithPhone(page)
    const before = screen.getByRole('button', { name: 'Before' })
    await user.click(before)
    showCalls(live())
    await user.keyboard('{Escape}')
    expect(document.activeElement).toBe(before)
    await user.click(screen.getByRole('button', { name: 'Make the call large' }))
    expect(document.activeElement).not.toBe(before)
    showCalls()
    expect(document.activeElement).toBe(before)
  })

  it('returns the focus when a small call is ended by keyboard', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const before = screen.getByRole('button', { name: 'Before' })
    await user.click(before)
    showCalls(live())
    await user.keyboard('{Escape}')
    act(() => screen.getByRole('textbox').focus())
    const hangUp = screen.getByRole('button', { name: 'Hang up' })
    for (let press = 0; press < 20 && document.activeElement !== hangUp; press += 1)
      await user.tab()
    await user.keyboard('{Enter}')
    expect(core.types()).toContain('hang_up_pressed')
    showCalls(live({ phase: 'ended', reason: 'completed' }))
    expect(document.activeElement).toBe(before)
  })

  it.each(['large', 'small'])(
    'keeps the focus when a button goes, while it is %s',
    async (size) => {
      const { user, showCalls } = renderWithPhone(page)
      const before = screen.getByRole('button', { name: 'Before' })
      await user.click(before)
      showCalls(live({ held: true }))
      if (size === 'small') await user.keyboard('{Escape}')
      act(() => screen.getAllByRole('button', { name: /Resume/ })[0]?.focus())
      await user.keyboard('{Enter}')
      showCalls(live())
      expect(document.activeElement?.className).toContain('parley-call')
    },
  )

  it('does not move the focus from elsewhere when a small call ends', async () => {
    const { user, showCalls } = renderWithPhone(page)
    showCalls(live())
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('textbox'))
    showCalls(live({ phase: 'ended', reason: 'completed' }))
    expect(document.activeElement).toBe(screen.getByRole('textbox'))
  })

  it('keeps the focus when the focused button is removed', async () => {
    const { user, showCalls } = renderWithPhone(page)
    showCalls(live())
    await user.click(screen.getByRole('button', { name: 'Hang up' }))
    showCalls(live({ phase: 'ended', reason: 'failed', problem: 'connection/media-lost' }))
    expect(document.activeElement).toBe(screen.getByRole('dialog'))
  })
})

describe('its buttons', () => {
  it('tell and switch microphone and camera', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live())
    const microphone = screen.getByRole('button', { name: 'Microphone', pressed: true })
    const camera = screen.getByRole('button', { name: 'Camera', pressed: false })
    await user.click(microphone)
    await user.click(camera)
    expect(core.of('microphone_switched')).toMatchObject([{ on: false }])
    expect(core.of('camera_switched')).toMatchObject([{ on: true }])
  })

  it('never show an unavailable device as on', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const camera = sourceView({ state: 'unavailable', problem: 'device/camera-missing' })
    showCalls(live({ camera }))
    await user.click(screen.getByRole('button', { name: 'Camera', pressed: false }))
    expect(core.of('camera_switched')).toMatchObject([{ on: true }])
  })

  it('hang up in every phase', async () => {
    const phases = [
      'calling',
      'ringing',
      'answering',
      'connecting',
      'active',
      'reconnecting',
    ] as const
    const { user, core, showCalls } = renderWithPhone(page)
    for (const phase of phases) {
      showCalls(callView({ phase }))
      await user.click(screen.getByRole('button', { name: 'Hang up' }))
      expect(core.types()).toEqual(['hang_up_pressed'])
    }
  })

  it('hold and resume', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(callView({ phase: 'ringing' }))
    await user.click(screen.getByRole('button', { name: 'Hold' }))
    expect(core.events).toEqual([])
    showCalls(live())
    await user.click(screen.getByRole('button', { name: 'Hold', pressed: false }))
    showCalls(live({ held: true }))
    expect(screen.getByRole('button', { name: 'Hold', pressed: true })).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Resume' }))
    expect(core.of('hold_switched')).toMatchObject([{ held: false }])
  })

  it('switch to a call on hold, and end it', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const waiting = live({
      call: 'other' as never,
      peer: { user: 'cem' as never, name: 'Cem' },
      held: true,
    })
    showCalls(waiting, live())
    expect(screen.getByRole('list', { name: 'Other calls' }).textContent).toContain('CemOn hold')
    await user.click(screen.getByRole('button', { name: 'Switch to Cem' }))
    expect(core.of('hold_switched')).toMatchObject([{ call: 'other', held: false }])
    await user.click(screen.getByRole('button', { name: 'Hang up on Cem' }))
    expect(core.of('hang_up_pressed')).toMatchObject([{ call: 'other' }])
  })
})

describe('its keys', () => {
  it('switch the microphone with M and the camera with V', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live())
    await user.keyboard('m')
    await user.keyboard('V')
    expect(core.of('microphone_switched')).toMatchObject([{ on: false }])
    expect(core.of('camera_switched')).toMatchObject([{ on: true }])
  })

  it('hold and resume with H, once there is a call to hold', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(callView({ phase: 'ringing', peer: bea }))
    await user.keyboard('h')
    expect(core.types()).toEqual([])
    showCalls(live())
    await user.keyboard('h')
    showCalls(live({ held: true }))
    await user.keyboard('h')
    expect(core.of('hold_switched').map(({ held }) => held)).toEqual([false])
    expect(core.types()).toEqual(['hold_switched'])
  })

  it('work by their position on a keyboard with other letters', () => {
    const { core, showCalls } = renderWithPhone(page)
    showCalls(live())
    const stage = screen.getByRole('dialog')
    fireEvent.keyDown(stage, { key: 'ة', code: 'KeyM' })
    fireEvent.keyDown(stage, { key: 'м', code: 'KeyV' })
    expect(core.types()).toEqual(['microphone_switched', 'camera_switched'])
    // On a French keyboard another letter is in the place of M.
    fireEvent.keyDown(stage, { key: ',', code: 'KeyM' })
    fireEvent.keyDown(stage, { key: 'é', code: 'KeyV' })
    expect(core.types()).toHaveLength(2)
  })

  it('are named on the buttons with the same action', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(live())
    for (const [name, key] of [
      ['Microphone', 'M'],
      ['Camera', 'V'],
      ['Hold', 'H'],
      ['Make the call small', 'Escape'],
    ]) {
      const button = screen.getByRole('button', { name: name! })
      expect(button.getAttribute('aria-keyshortcuts')).toBe(key)
      expect(button.title).toContain(key === 'Escape' ? '(Esc)' : `(${key})`)
    }
  })

  it('ignore combinations with modifier keys', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live())
    await user.keyboard('{Control>}m{/Control}{Meta>}v{/Meta}{Alt>}m{/Alt}')
    expect(core.events).toEqual([])
  })

  it('do nothing while the person types beside a small call', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live())
    await user.keyboard('{Escape}')
    await user.type(screen.getByRole('textbox', { name: 'Message' }), 'movie{Escape}')
    expect(core.events).toEqual([])
  })

  it('never hang up: Escape makes the call small', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const before = screen.getByRole('button', { name: 'Before' })
    await user.click(before)
    showCalls(live())
    const remote = document.querySelector('.parley-remote-video')
    await user.keyboard('{Escape}')
    expect(core.events).toEqual([])
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('region', { name: 'Call with Bea Moreau' })).toBeDefined()
    expect(document.activeElement).toBe(before)
    // The sound must continue.
    expect(document.querySelector('.parley-remote-video')).toBe(remote)
    await user.click(screen.getByRole('button', { name: 'Make the call large' }))
    expect(screen.getByRole('dialog')).toBeDefined()
  })

  it('stay inside a large call', async () => {
    const { user, showCalls } = renderWithPhone(page)
    showCalls(live())
    const stage = screen.getByRole('dialog')
    for (let press = 0; press < 8; press += 1) {
      await user.tab()
      expect(stage.contains(document.activeElement)).toBe(true)
    }
  })
})

describe('the own picture', () => {
  it('is there in a video call, also while the camera is off', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(live({ kind: 'video', camera: sourceView({ request: 1 as MediaRequestId }) }))
    const own = screen.getByRole('img', { name: 'Your picture' })
    expect(own.querySelector('video')).not.toBeNull()
    showCalls(live({ kind: 'video', microphone: sourceView({ wanted: false, state: 'off' }) }))
    const muted = screen.getByRole('img', { name: 'Your picture. Muted' })
    expect(muted.querySelector('video')).toBeNull()
    expect(muted.textContent).toBe('SOMuted')
  })

  it.each<[Partial<SourceView>, string]>([
    [{ state: 'unavailable', problem: 'device/microphone-missing' }, 'No microphone was found.'],
    [{ state: 'lost' }, 'The microphone was unplugged or taken away.'],
    [{ state: 'silenced' }, 'The microphone is switched off outside of this page.'],
  ])('does not call a microphone muted that is %o', (change, words) => {
    const { showCalls } = renderWithPhone(page)
    showCalls(live({ kind: 'video', microphone: sourceView(change) }))
    expect(screen.getByRole('img', { name: `Your picture. ${words}` })).toBeDefined()
  })

  it('is not in an audio call', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(live())
    expect(screen.queryByRole('img', { name: /Your picture/ })).toBeNull()
  })
})

describe('the end', () => {
  const ended = (change: Partial<CallView> = {}) => live({ phase: 'ended', ...change })

  it('shows the reason, a next step and a button to call again', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live({ kind: 'video' }))
    showCalls(ended({ kind: 'video', reason: 'failed', problem: 'connection/media-lost' }))
    expect(screen.getByText('Call failed')).toBeDefined()
    expect(
      screen.getByText('The connection was lost. Check your network, then call again.'),
    ).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Call again' }))
    expect(core.types()).toEqual(['dismissed', 'dialed'])
    expect(core.of('dialed')).toMatchObject([{ callee: { user: 'bea' }, kind: 'video' }])
  })

  it('offers no second call where it can not succeed', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(live())
    showCalls(ended({ reason: 'failed', problem: 'call/calling-oneself' }))
    expect(screen.queryByRole('button', { name: 'Call again' })).toBeNull()
  })

  it('closes by itself when there is nothing to read', () => {
    vi.useFakeTimers()
    const { core, showCalls } = renderWithPhone(page)
    showCalls(live())
    showCalls(ended({ reason: 'completed', lasted_ms: 1000 }))
    act(() => void vi.advanceTimersByTime(10_000))
    expect(core.types()).toEqual(['dismissed'])
  })

  it('stays open when there is something to read', () => {
    vi.useFakeTimers()
    const { core, showCalls } = renderWithPhone(page)
    showCalls(live())
    showCalls(ended({ reason: 'no_answer' }))
    act(() => void vi.advanceTimersByTime(60_000))
    expect(core.events).toEqual([])
  })

  it('closes with its button and with Escape', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live())
    showCalls(ended({ reason: 'no_answer' }))
    await user.click(screen.getByRole('button', { name: 'Close' }))
    await user.keyboard('{Escape}')
    expect(core.types()).toEqual(['dismissed', 'dismissed'])
  })

  it('of a call that only rang here is a small card that does not take the focus', async () => {
    const { user, showCalls } = renderWithPhone(page)
    await user.click(screen.getByRole('textbox', { name: 'Message' }))
    showCalls(ended({ direction: 'incoming', reason: 'cancelled' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('region').textContent).toContain('Missed call')
    expect(screen.getByRole('button', { name: 'Call back' })).toBeDefined()
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Message' }))
  })
})

describe('a call on another device', () => {
  it('can be moved here, or left there', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(live({ phase: 'elsewhere' }))
    expect(screen.getByRole('region', { name: 'Call with Bea Moreau' })).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Take over here' }))
    expect(core.types()).toEqual(['join_pressed'])
    await user.click(screen.getByRole('button', { name: 'Close' }))
    expect(screen.queryByRole('region')).toBeNull()
  })

  it('returns the focus when it is closed', async () => {
    const { user, showCalls } = renderWithPhone(page)
    await user.click(screen.getByRole('textbox'))
    showCalls(live({ phase: 'elsewhere' }))
    await user.tab()
    await user.tab()
    await user.keyboard('{Enter}')
    expect(screen.queryByRole('region')).toBeNull()
    expect(document.activeElement).toBe(screen.getByRole('textbox'))
  })
})
