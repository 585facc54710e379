import {
  errors,
  type CallView,
  type ErrorCode,
  type MediaRequestId,
  type SourceState,
} from '@parley/client'
import { sourceView } from '@parley/client/testing'
import { cleanup, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { liveCall, plugged, renderWithPhone } from '../../../test/phone'
import { CallModals } from './CallModals'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const off = sourceView({ wanted: false, state: 'off' })

function broken(problem: ErrorCode) {
  let state: SourceState = 'unavailable'
  if (problem.endsWith('-lost')) state = 'lost'
  if (problem.endsWith('-silenced')) state = 'silenced'
  return sourceView({ state, problem })
}

const notes = () =>
  [...document.querySelectorAll('.parley-note-text strong')].map(({ textContent }) => textContent)

function showNotes(call: Partial<CallView>) {
  const phone = renderWithPhone(<CallModals />)
  phone.showCalls(liveCall(call))
  return phone
}

describe('notes about devices', () => {
  const codes = (Object.keys(errors) as ErrorCode[]).filter((code) => code.startsWith('device/'))

  it.each(codes)(
    'explain %s, name the next step, and offer a retry where it can help',
    async (code) => {
      const source = code.includes('camera') ? 'camera' : 'microphone'
      const which = code.includes('screen') ? 'screen' : source
      const { user, core } = showNotes({ [which]: broken(code) })
      const { sentence, nextStep, retry } = errors[code]
      const note = screen.getByText(sentence).closest('.parley-note')
      expect(note?.textContent).toContain(nextStep)
      expect(note?.closest('[role=status]')?.getAttribute('aria-atomic')).toBe('false')
      const button = screen.queryByRole('button', { name: 'Try again' })
      if (retry === 'never' || code.endsWith('-silenced')) {
        expect(button).toBeNull()
      } else {
        await user.click(button!)
        expect(core.of(`${which}_switched`)).toMatchObject([{ on: true }])
      }
    },
  )

  it('are one if both sources have the same problem', () => {
    const insecure = broken('device/insecure-page')
    showNotes({ microphone: insecure, camera: insecure })
    expect(notes()).toEqual(['Browsers only allow calls on secure pages.'])
  })

  it('name the device that replaced the chosen one, and the reason', async () => {
    const microphone = sourceView({ device: 'm2', problem: 'device/microphone-busy' })
    const { plug } = showNotes({ microphone })
    expect(notes()).toEqual(['Another microphone is in use: the one you chose can’t be had.'])
    await plug(plugged('audioinput', 'm2', 'Built-in'))
    expect(notes()).toEqual(['\u2068Built-in\u2069 is in use: the one you chose can’t be had.'])
    expect(screen.getByText(/Another program is using the microphone/)).toBeDefined()
  })

  it('say the same of a replacement microphone that is muted', () => {
    const muted = { wanted: false, state: 'off', request: 3 as MediaRequestId } as const
    showNotes({ microphone: sourceView({ ...muted, problem: 'device/microphone-missing' }) })
    expect(notes()).toEqual(['Another microphone is in use: the one you chose can’t be had.'])
    cleanup()
    showNotes({ microphone: sourceView({ ...muted, problem: 'device/microphone-silenced' }) })
    expect(notes()).toEqual([])
  })

  it('never report a missing camera while one is in use', () => {
    showNotes({ camera: sourceView({ problem: 'device/camera-missing' }) })
    expect(screen.getByText(/It is not plugged in/)).toBeDefined()
    expect(screen.queryByText(/No camera was found/)).toBeNull()
  })

  it.each([
    ['the microphone', { microphone: true, camera: false }],
    ['the camera', { microphone: false, camera: true }],
    ['the microphone and the camera', { microphone: true, camera: true }],
  ])('say once that the browser asks about %s', (what, asking) => {
    showNotes({
      phase: 'connecting',
      microphone: sourceView({ state: 'opening', opening: true, asking: asking.microphone }),
      camera: sourceView({ state: 'opening', opening: true, asking: asking.camera }),
    })
    expect(notes()).toEqual([`Your browser is asking about ${what}.`])
    expect(screen.getByText(/top of the window/)).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Hide this note' })).toBeNull()
  })
})

describe('notes about sound', () => {
  it('tell the person who talks while muted, and unmute', async () => {
    const { user, core } = showNotes({ microphone: off, sound_hint: 'talking_while_muted' })
    expect(notes()).toEqual(['You are muted.'])
    await user.click(screen.getByRole('button', { name: 'Unmute' }))
    expect(core.of('microphone_switched')).toMatchObject([{ on: true }])
  })

  it('report a silent microphone, and open the list of microphones', async () => {
    const { user } = showNotes({ sound_hint: 'silent_microphone' })
    expect(notes()).toEqual(['No sound comes from your microphone.'])
    await user.click(screen.getByRole('button', { name: 'Choose another' }))
    expect(screen.getByRole('menu', { name: 'Choose microphone and speaker' })).toBeDefined()
  })

  it('start blocked sound with one press', async () => {
    const { user, parley, showCalls } = renderWithPhone(<CallModals />)
    const start = vi.fn()
    parley.holdSound(start)
    showCalls(liveCall())
    await user.click(screen.getByRole('button', { name: 'Play sound' }))
    expect(start).toHaveBeenCalled()
  })
})

describe('notes in general', () => {
  it('say that the call continues without the server', () => {
    const { show } = renderWithPhone(<CallModals />)
    show({ session: 'reconnecting', calls: [liveCall()] })
    expect(screen.getByText(/Your call goes on/)).toBeDefined()
  })

  it('are at most two, the most important ones, and the next when one is dismissed', async () => {
    const { user, parley, show } = renderWithPhone(<CallModals />)
    const release = parley.holdSound(() => undefined)
    const call = liveCall({
      microphone: broken('device/microphone-lost'),
      camera: broken('device/camera-busy'),
      screen: broken('device/screen-failed'),
      sound_hint: 'silent_microphone',
    })
    show({ session: 'reconnecting', calls: [call] })
    const order = [notes()]
    release()
    show({ session: 'online', calls: [call] })
    for (let press = 0; press < 3; press += 1) {
      order.push(notes())
      await user.click(screen.getAllByRole('button', { name: 'Hide this note' })[0]!)
    }
    expect(order).toEqual([
      [
        'Your browser is waiting for a click before it plays sound.',
        'The microphone was unplugged or taken away.',
      ],
      ['The microphone was unplugged or taken away.', 'No sound comes from your microphone.'],
      ['No sound comes from your microphone.', 'The screen could not be shared.'],
      ['The screen could not be shared.', 'Another program is using the camera.'],
    ])
  })

  it('keep the focus in the call, also in a small one', async () => {
    const { user } = showNotes({ camera: broken('device/camera-missing') })
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('button', { name: 'Hide this note' }))
    expect(document.activeElement).toBe(screen.getByRole('region'))
  })

  it('that were dismissed return with the next press of the switch', async () => {
    const { user } = showNotes({ camera: broken('device/camera-missing') })
    await user.click(screen.getByRole('button', { name: 'Hide this note' }))
    expect(notes()).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Camera' }))
    expect(notes()).toEqual(['No camera was found.'])
  })

  it('that were dismissed return when the problem happens again', async () => {
    const { user, showCalls } = showNotes({ camera: broken('device/camera-lost') })
    await user.click(screen.getByRole('button', { name: 'Hide this note' }))
    showCalls(liveCall({ camera: sourceView() }))
    expect(notes()).toEqual([])
    showCalls(liveCall({ camera: broken('device/camera-lost') }))
    expect(notes()).toEqual(['The camera was unplugged or taken away.'])
  })

  it('are shown again when the problem is another one', async () => {
    const { user, showCalls } = showNotes({ camera: broken('device/camera-lost') })
    await user.click(screen.getByRole('button', { name: 'Hide this note' }))
    showCalls(liveCall({ camera: broken('device/camera-busy') }))
    expect(notes()).toEqual(['Another program is using the camera.'])
  })
})
