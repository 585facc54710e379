import { sourceView } from '@parley/client/testing'
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { liveCall, plugged, renderWithPhone } from '../../../test/phone'
import { CallModals } from '../call/CallModals'

const off = sourceView({ wanted: false, state: 'off' })
const headset = plugged('audioinput', 'm1', 'Headset (0b0e:30c8)')
const builtIn = plugged('audioinput', 'm2', 'Built-in')
const loudspeaker = plugged('audiooutput', 's1', 'Loudspeaker')

beforeEach(() => {
  const getDisplayMedia = vi.fn()
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: { getDisplayMedia },
  })
})
afterEach(() => {
  cleanup()
  Reflect.deleteProperty(navigator, 'mediaDevices')
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const chooser = () => screen.getByRole('button', { name: 'Choose microphone and speaker' })
const names = (entries: HTMLElement[]) => entries.map(({ textContent }) => textContent)
const menu = () => screen.getByRole('menu')
const checked = () => names(within(menu()).getAllByRole('menuitemradio', { checked: true }))

describe('the menu beside the microphone', () => {
  it('lists microphones and speakers, and marks what is in use', async () => {
    const { user, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(headset, builtIn, loudspeaker)
    showCalls(liveCall({ microphone: sourceView({ device: 'm2' }) }))
    await user.click(chooser())
    const microphones = within(menu()).getByRole('group', { name: 'Microphone' })
    expect(names(within(microphones).getAllByRole('menuitemradio'))).toEqual([
      // The entry also names the device that the system has chosen.
      'System default\u2068Built-in\u2069',
      'Headset',
      'Built-in',
    ])
    const speakers = within(menu()).getByRole('group', { name: 'Speaker' })
    expect(names(within(speakers).getAllByRole('menuitemradio'))).toEqual([
      'System default',
      'Loudspeaker',
    ])
    expect(checked()).toEqual(['System default\u2068Built-in\u2069', 'System default'])
  })

  it('does not show a failing speaker as in use', async () => {
    const { user, parley, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(loudspeaker)
    showCalls(liveCall())
    parley.devices.choose('speaker', 's1')
    const setSinkId = (id: string) => (id === '' ? Promise.resolve() : Promise.reject(new Error()))
    await act(() => parley.devices.route({ setSinkId } as unknown as HTMLMediaElement))
    await user.click(chooser())
    const speakers = within(menu()).getByRole('group', { name: 'Speaker' })
    const inUse = within(speakers).getAllByRole('menuitemradio', { checked: true })
    expect(names(inUse)).toEqual(['System default'])
  })

  it('chooses at once, closes, and returns the focus', async () => {
    const { user, parley, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(headset, builtIn)
    showCalls(liveCall())
    await user.click(chooser())
    await user.click(within(menu()).getByRole('menuitemradio', { name: 'Headset' }))
    expect(parley.devices.chosen('microphone')).toBe('m1')
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.activeElement).toBe(chooser())
    await user.click(chooser())
    expect(checked()[0]).toBe('Headset')
    await user.click(within(menu()).getAllByRole('menuitemradio', { name: 'System default' })[0]!)
    expect(parley.devices.chosen('microphone')).toBeUndefined()
  })

  it('marks the device in use, not an unavailable choice', async () => {
    const { user, parley, showCalls, plug } = renderWithPhone(<CallModals />)
    parley.devices.choose('microphone', 'm1')
    await plug(headset, builtIn)
    showCalls(liveCall({ microphone: sourceView({ device: 'm2' }) }))
    await user.click(chooser())
    expect(checked()[0]).toBe('Built-in')
    expect(within(menu()).getByRole('menuitemradio', { name: /^Headset/ }).textContent).toContain(
      'can’t be had',
    )
  })

  it('keeps a chosen device that is missing, and says so', async () => {
    const { user, parley, showCalls, plug } = renderWithPhone(<CallModals />)
    parley.devices.choose('microphone', 'gone')
    await plug(builtIn)
    showCalls(liveCall())
    await user.click(chooser())
    const gone = within(menu()).getByRole('menuitem', { name: 'Chosen device, not plugged in' })
    expect(gone.getAttribute('aria-disabled')).toBe('true')
    await user.click(gone)
    expect(parley.devices.chosen('microphone')).toBe('gone')
  })

  it('reports a missing camera only after an attempt to open one', async () => {
    const { user, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    await user.click(screen.getByRole('button', { name: 'Choose a camera' }))
    expect(names(within(menu()).getAllByRole('menuitemradio'))).toEqual(['System default'])
    showCalls(
      liveCall({ camera: sourceView({ state: 'unavailable', problem: 'device/camera-missing' }) }),
    )
    expect(menu().textContent).toContain('No camera was found')
  })

  it('lists no speakers if a page can not choose them', async () => {
    const { user, platform, showCalls } = renderWithPhone(<CallModals />)
    platform.choosesSpeaker = false
    showCalls(liveCall())
    await user.click(screen.getByRole('button', { name: 'Choose a microphone' }))
    expect(within(menu()).queryByRole('group', { name: 'Speaker' })).toBeNull()
  })
})

describe('the keyboard in a menu', () => {
  it('opens it with the arrow keys, moves in it, and closes only the menu with Escape', async () => {
    const { user, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(headset, builtIn)
    showCalls(liveCall())
    chooser().focus()
    await user.keyboard('{ArrowUp}')
    const focused = () => document.activeElement?.textContent
    expect(focused()).toBe('System default')
    await user.keyboard('{ArrowDown}')
    expect(focused()).toBe('Headset')
    await user.keyboard('{End}')
    expect(document.activeElement?.closest('[role=group]')?.ariaLabel).toBe('Speaker')
    await user.keyboard('{Home}{ArrowUp}{ArrowDown}{ArrowDown}{ArrowDown}')
    expect(focused()).toBe('Built-in')
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.activeElement).toBe(chooser())
    expect(screen.getByRole('dialog')).toBeDefined()
  })

  it('finds an entry by its letter, and triggers no shortcut', async () => {
    const { user, core, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(plugged('audioinput', 'm1', 'Mixer'), plugged('audioinput', 'm2', 'Headset'))
    showCalls(liveCall())
    await user.click(chooser())
    await user.keyboard('h')
    expect(document.activeElement?.textContent).toBe('Headset')
    await user.keyboard('m')
    expect(document.activeElement?.textContent).toBe('Mixer')
    expect(core.events).toEqual([])
  })

  it('closes it with Tab and moves to the next control', async () => {
    const { user, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    await user.click(chooser())
    await user.tab()
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Camera' }))
  })

  it('stays in it when the focused device is unplugged', async () => {
    const { user, showCalls, plug } = renderWithPhone(<CallModals />)
    await plug(headset)
    showCalls(liveCall())
    await user.click(chooser())
    await user.keyboard('{ArrowDown}')
    await plug()
    expect(menu().contains(document.activeElement)).toBe(true)
  })

  it('closes it for a click elsewhere, and for an incoming call', async () => {
    const { user, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    await user.click(chooser())
    await user.click(screen.getByRole('heading'))
    expect(screen.queryByRole('menu')).toBeNull()
    await user.click(chooser())
    showCalls(liveCall(), liveCall({ call: 'second' as never, phase: 'incoming' }))
    expect(screen.queryByRole('menu')).toBeNull()
  })
})

describe('the words about a switch that is off', () => {
  it.each([
    ['none', 'Unmute (M) – Muted'],
    ['sent', 'Unmute (M) – Muted: nothing is sent'],
    ['received', 'Unmute (M) – Muted: \u2068Bea Moreau\u2069 hears nothing'],
  ] as const)('is what is proven: %s', (proof, title) => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall({ microphone: { ...off, off_proof: proof } }))
    const microphone = screen.getByRole('button', { name: 'Microphone', pressed: false })
    expect(microphone.title).toBe(title)
    // The words are beside the own picture or in its place; they are not announced.
    const words = screen.getByText(title.replace('Unmute (M) – ', ''))
    expect(words.closest('[role=status], [role=alert], [aria-live]')).toBeNull()
  })

  it('are shown for the camera too', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    const camera = () => screen.getByRole('button', { name: 'Camera' }).title
    showCalls(liveCall({ camera: off }))
    expect(camera()).toBe('Turn the camera on (V)')
    showCalls(liveCall({ camera: { ...off, off_proof: 'received' } }))
    expect(camera()).toContain('sees nothing')
  })

  it('do not call an unavailable microphone muted', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    const microphone = sourceView({ state: 'lost', problem: 'device/microphone-lost' })
    showCalls(liveCall({ microphone }))
    expect(screen.getByRole('button', { name: 'Microphone', pressed: false })).toBeDefined()
    expect(screen.queryByText(/^Muted/)).toBeNull()
  })

  it('keep the switch on if the device is silenced outside of the page', async () => {
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    const microphone = sourceView({ state: 'silenced', problem: 'device/microphone-silenced' })
    showCalls(liveCall({ microphone }))
    const button = screen.getByRole('button', { name: 'Microphone', pressed: true })
    expect(button.querySelector('.parley-icon-microphoneOff')).not.toBeNull()
    await user.click(button)
    expect(core.of('microphone_switched')).toMatchObject([{ on: false }])
  })
})

describe('the screen', () => {
  it('starts and stops with its button and with S', async () => {
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    await user.click(screen.getByRole('button', { name: 'Share screen', pressed: false }))
    showCalls(liveCall({ screen: sourceView() }))
    const share = screen.getByRole('button', { name: 'Share screen', pressed: true })
    expect(share.getAttribute('aria-keyshortcuts')).toBe('S')
    await user.keyboard('s')
    expect(core.of('screen_switched')).toMatchObject([{ on: false }])
    await user.click(screen.getByRole('button', { name: 'Stop sharing your screen' }))
    expect(core.of('screen_switched').map(({ on }) => on)).toEqual([false, false])
  })

  it('shows that it is shared, once it really is', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall({ screen: sourceView({ state: 'off', opening: true }) }))
    expect(screen.queryByText('You are sharing your screen')).toBeNull()
    const place = document.querySelector('.parley-sharing-place')
    expect(place?.getAttribute('role')).toBe('status')
    showCalls(liveCall({ screen: sourceView() }))
    expect(place?.textContent).toContain('You are sharing your screen')
  })

  it('has its button from the first ring on, and is shared once the call is connected', async () => {
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    const button = () => screen.getByRole('button', { name: 'Share screen' })
    showCalls(liveCall({ phase: 'ringing' }))
    expect(button().getAttribute('aria-disabled')).toBe('true')
    await user.click(button())
    await user.keyboard('s')
    expect(core.events).toEqual([])
    showCalls(liveCall())
    expect(button().hasAttribute('aria-disabled')).toBe(false)
    await user.click(button())
    expect(core.of('screen_switched')).toMatchObject([{ on: true }])
  })

  it('can not be shared if the browser does not support it', async () => {
    Reflect.deleteProperty(navigator, 'mediaDevices')
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    expect(screen.queryByRole('button', { name: 'Share screen' })).toBeNull()
    await user.keyboard('s')
    expect(core.events).toEqual([])
  })
})

describe('with little room', () => {
  it('moves controls into a menu, and switches them there', async () => {
    hasRoomFor('20rem')
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall())
    const controls = screen.getByRole('group', { name: 'Call controls' })
    expect(within(controls).queryByRole('button', { name: 'Hold' })).toBeNull()
    const more = within(controls).getByRole('button', { name: 'More' })
    await user.click(more)
    expect(names(within(menu()).getAllByRole('menuitemcheckbox', { checked: false }))).toEqual([
      'Share screen',
      'Hold',
    ])
    await user.click(within(menu()).getByRole('menuitemcheckbox', { name: 'Hold' }))
    expect(core.of('hold_switched')).toMatchObject([{ held: true }])
    expect(document.activeElement).toBe(more)
    showCalls(liveCall({ held: true }))
    await user.click(more)
    expect(names(within(menu()).getAllByRole('menuitemcheckbox', { checked: true }))).toEqual([
      'Hold',
    ])
  })

  it('shows controls in the menu that wait for the call as disabled', async () => {
    hasRoomFor('20rem')
    const { user, core, showCalls } = renderWithPhone(<CallModals />)
    showCalls(liveCall({ phase: 'ringing' }))
    await user.click(screen.getByRole('button', { name: 'More' }))
    const hold = within(menu()).getByRole('menuitemcheckbox', { name: 'Hold' })
    expect(hold.getAttribute('aria-disabled')).toBe('true')
    await user.click(hold)
    expect(core.events).toEqual([])
  })
})

/** jsdom has no layout: every observed element gets this width. */
function hasRoomFor(width: `${number}rem`): void {
  const pixels = parseFloat(width) * 16
  document.documentElement.style.fontSize = '16px'
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(pixels)
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #report: () => void
      constructor(report: () => void) {
        this.#report = report
      }
      observe(): void {
        this.#report()
      }
      disconnect(): void {}
    },
  )
}
