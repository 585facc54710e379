import type { CallView } from '@parley/client'
import { callView } from '@parley/client/testing'
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { bea, renderWithPhone } from '../../../test/phone'
import { CallModals } from './CallModals'

const page = (
  <>
    <label>
      Message
      <textarea />
    </label>
    <button type="button">Something else</button>
    <CallModals />
  </>
)

let now = 10_000
let frames: FrameRequestCallback[] = []

/** Runs the next animation frame. */
function paint(): void {
  for (let frame = 0; frame < 2; frame += 1) frames.splice(0).forEach((each) => each(now))
}

beforeEach(() => {
  now = 10_000
  vi.spyOn(Event.prototype, 'timeStamp', 'get').mockImplementation(() => now)
  frames = []
  vi.spyOn(window, 'requestAnimationFrame').mockImplementation((frame) => frames.push(frame))
  document.title = 'People – Parley'
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('an incoming call', () => {
  it('shows the account name, and blocks the caller after a confirmation', async () => {
    const onBlock = vi.fn(() => Promise.resolve({ ok: true as const, value: null }))
    const { user, showCalls } = renderWithPhone(<CallModals onBlock={onBlock} />)
    showCalls(incoming())
    const dialog = screen.getByRole('dialog')
    expect(within(dialog).getByText('bea')).toBeDefined()
    const block = () => within(dialog).getByRole('button', { name: 'Block Bea Moreau' })
    await user.click(block())
    const question = within(dialog).getByRole('group')
    expect(question.textContent).toMatch(/Block .*Bea Moreau.*not told/u)
    expect(document.activeElement?.textContent).toBe('Cancel')
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }))
    expect(onBlock).not.toHaveBeenCalled()
    expect(document.activeElement).toBe(block())
    await user.click(block())
    await user.click(block())
    expect(onBlock).toHaveBeenCalledExactlyOnceWith(bea)
  })

  it('shows nothing about the call after its caller was blocked', async () => {
    const onBlock = vi.fn(() => Promise.resolve({ ok: true as const, value: null }))
    const { user, parley, showCalls } = renderWithPhone(<CallModals onBlock={onBlock} />)
    const dismiss = vi.spyOn(parley, 'dismiss')
    showCalls(incoming())
    for (let press = 0; press < 2; press += 1) {
      await user.click(screen.getByRole('button', { name: 'Block Bea Moreau' }))
    }
    showCalls(incoming({ phase: 'ended', reason: 'declined_elsewhere' }))
    expect(dismiss).toHaveBeenCalledExactlyOnceWith(incoming().call)
  })

  it('shows why blocking failed, and allows a retry', async () => {
    const onBlock = vi.fn(() => Promise.resolve({ ok: false, error: 'account/list-full' } as const))
    const { user, showCalls } = renderWithPhone(<CallModals onBlock={onBlock} />)
    showCalls(incoming())
    const block = () => screen.getByRole('button', { name: 'Block Bea Moreau' })
    await user.click(block())
    await user.click(block())
    const said = 'That list is full. Remove something from it first.'
    expect((await screen.findByRole('alert')).textContent).toBe(said)
    await user.click(block())
    expect(onBlock).toHaveBeenCalledTimes(2)
    expect((await screen.findByRole('alert')).textContent).toBe(said)
  })

  it('shows the caller and the kind of call', () => {
    ring({ kind: 'video' })
    const dialog = screen.getByRole('dialog', { name: 'Incoming video call Bea Moreau' })
    const buttons = within(dialog).getAllByRole('button')
    expect(buttons.map(({ textContent }) => textContent)).toEqual([
      'Decline',
      'Answer with video',
      'Answer',
    ])
  })

  it.each([
    ['Answer', 'audio'],
    ['Answer with video', 'video'],
  ])('is taken by %s', async (name, kind) => {
    const { user, core } = ring()
    await user.click(screen.getByRole('button', { name }))
    expect(core.of('answer_pressed')).toMatchObject([{ kind, others: 'hold' }])
  })

  it('is declined by its button', async () => {
    const { user, core } = ring()
    await user.click(screen.getByRole('button', { name: 'Decline' }))
    expect(core.types()).toEqual(['decline_pressed'])
  })

  it('is neither answered nor declined by Escape', async () => {
    const { user, core } = ring()
    await user.keyboard('{Escape}')
    expect(core.events).toEqual([])
    expect(screen.getByRole('dialog')).toBeDefined()
  })

  it('changes the title of the page, and restores it', () => {
    const { showCalls } = ring({
      peer: { user: 'bea' as never, name: '\u202EBea\u202C'.padEnd(500, '!') },
    })
    expect(document.title).toMatch(/^Bea !+… is calling – Parley$/)
    showCalls()
    expect(document.title).toBe('People – Parley')
  })

  it('keeps a title that the app has set meanwhile', () => {
    const { showCalls } = ring()
    document.title = 'History – Parley'
    showCalls()
    expect(document.title).toBe('History – Parley')
  })

  it('shows a hostile name as text', () => {
    ring({ peer: { user: 'x' as never, name: '<img src=x onerror=alert(1)>' } })
    const heading = screen.getByRole('heading', { name: '<img src=x onerror=alert(1)>' })
    expect(heading.querySelector('bdi')).not.toBeNull()
    expect(document.querySelector('img')).toBeNull()
  })
})

describe('the keyboard of a person who does not type', () => {
  it('moves to Answer, and back at the end', async () => {
    const { user, showCalls } = renderWithPhone(page)
    const before = screen.getByRole('button', { name: 'Something else' })
    await user.click(before)
    showCalls(incoming())
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Answer' }))
    expect(screen.getByRole('dialog').getAttribute('aria-modal')).toBe('true')
    // The moved focus announces the call; an alert would repeat it.
    expect(screen.queryByRole('alert')).toBeNull()
    showCalls()
    expect(document.activeElement).toBe(before)
  })

  it('stays inside', async () => {
    const { user } = ring()
    const names: (string | null | undefined)[] = []
    for (let press = 0; press < 4; press += 1) {
      await user.tab()
      names.push(document.activeElement?.textContent)
    }
    expect(names).toEqual(['Decline', 'Answer with video', 'Answer', 'Decline'])
    await user.tab({ shift: true })
    expect(document.activeElement?.textContent).toBe('Answer')
    act(() => screen.getByRole('button', { name: 'Something else' }).focus())
    expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true)
  })

  it.each(['{Enter}', ' '])('answers with %s at once', async (key) => {
    const { user, core } = ring()
    now += 50
    await user.keyboard(key)
    expect(core.types()).toEqual(['answer_pressed'])
  })

  it.each(['{Enter}', ' '])(
    'does not answer with a %s that was pressed before the call',
    async (key) => {
      const { user, core, showCalls } = renderWithPhone(page)
      await user.keyboard('x')
      now += 100
      showCalls(incoming())
      paint()
      now += 200
      await user.keyboard(key)
      now += 200
      await user.keyboard(key)
      expect(core.events).toEqual([])
      now += 600
      await user.keyboard(key)
      expect(core.types()).toEqual(['answer_pressed'])
    },
  )

  it('does not answer with a space typed outside of a field', async () => {
    const { user, core } = ring()
    now += 5000
    for (const key of 'see you') {
      now += 120
      await user.keyboard(key)
    }
    expect(core.events).toEqual([])
  })

  it.each(['{Enter}', ' '])(
    'does not answer with a %s pressed before the call was visible',
    async (key) => {
      const { user, core, showCalls } = renderWithPhone(page)
      showCalls(incoming())
      const pressedAt = (now += 900)
      now += 700
      paint()
      now = pressedAt
      await user.keyboard(key)
      expect(core.events).toEqual([])
      now += 1400
      await user.keyboard(key)
      expect(core.types()).toEqual(['answer_pressed'])
    },
  )

  it('does not answer before the call is painted', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(incoming())
    now += 5000
    await user.keyboard('{Enter}')
    expect(core.events).toEqual([])
  })

  it('does not answer with a key that was held down', () => {
    const { core } = ring()
    now += 600
    const answer = screen.getByRole('button', { name: 'Answer' })
    expect(fireEvent.keyDown(answer, { key: 'Enter', repeat: true })).toBe(false)
    // Space acts on release; this one was pressed elsewhere.
    expect(fireEvent.keyUp(answer, { key: ' ' })).toBe(false)
    expect(core.events).toEqual([])
  })
})

describe('the keyboard of a person who types', () => {
  it('stays in the field, whatever is typed', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const field = screen.getByRole('textbox')
    await user.type(field, 'see you')
    showCalls(incoming())
    expect(document.activeElement).toBe(field)
    expect(screen.getByRole('dialog').getAttribute('aria-modal')).toBe('false')
    now += 5000
    await user.keyboard(' at eight{Enter}')
    expect(field).toHaveProperty('value', 'see you at eight\n')
    expect(core.events).toEqual([])
  })

  it('announces the call once', async () => {
    const { user, showCalls } = renderWithPhone(page)
    await user.click(screen.getByRole('textbox'))
    showCalls(incoming({ kind: 'video' }))
    const alerts = screen.getAllByRole('alert')
    expect(alerts.map(({ textContent }) => textContent)).toEqual([
      'Bea Moreau is calling you: video call.',
    ])
  })

  it('moves to the call with Tab, and does not answer by further typing', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    const field = screen.getByRole('textbox')
    await user.type(field, 'name')
    showCalls(incoming())
    paint()
    now += 5000
    await user.tab()
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Answer' }))
    for (const key of 'pass word') {
      now += 120
      await user.keyboard(key)
    }
    now += 120
    await user.keyboard('{Enter}')
    expect(core.events).toEqual([])
    now += 600
    await user.keyboard('{Enter}')
    expect(core.types()).toEqual(['answer_pressed'])
  })

  it('answers soon after the focus was moved into the call', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    await user.type(screen.getByRole('textbox'), 'name')
    showCalls(incoming())
    paint()
    now += 100
    await user.tab()
    now += 250
    await user.keyboard('{Enter}')
    expect(core.types()).toEqual(['answer_pressed'])
  })

  it('does not answer after a Tab pressed before the call was visible', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    await user.type(screen.getByRole('textbox'), 'name')
    showCalls(incoming())
    now += 100
    await user.tab()
    paint()
    now += 250
    await user.keyboard('{Enter}')
    expect(core.events).toEqual([])
  })

  it('returns to the field when the call has ended', async () => {
    const { user, showCalls } = renderWithPhone(page)
    const field = screen.getByRole('textbox')
    await user.click(field)
    showCalls(incoming())
    await user.tab()
    showCalls()
    expect(document.activeElement).toBe(field)
  })
})

describe('a second call', () => {
  const other = callView({
    call: 'other' as never,
    phase: 'active',
    peer: { user: 'cem' as never, name: 'Cem' },
  })

  it('tells what happens to the first', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(other, incoming({ waiting: true }))
    const dialog = screen.getByRole('dialog', { name: /Incoming/ })
    expect(dialog.getAttribute('aria-describedby')).not.toBeNull()
    expect(dialog.textContent).toContain('Answering puts your call with \u2068Cem\u2069 on hold.')
    await user.click(screen.getByRole('checkbox', { name: 'End that call instead' }))
    await user.click(within(dialog).getByRole('button', { name: 'Answer' }))
    expect(core.of('answer_pressed')).toMatchObject([{ kind: 'audio', others: 'end' }])
  })

  it('is answered by keyboard, one after the other', async () => {
    const { user, core, showCalls } = renderWithPhone(page)
    showCalls(other, incoming({ waiting: true }))
    paint()
    now += 600
    await user.tab()
    act(() => screen.getByRole('checkbox').focus())
    await user.keyboard(' ')
    for (let press = 0; press < 3; press += 1) {
      now += 20
      await user.tab()
    }
    expect(document.activeElement?.textContent).toBe('Answer')
    await user.keyboard('{Enter}')
    expect(core.of('answer_pressed')).toMatchObject([{ others: 'end' }])
  })

  it('takes the focus from the first and returns it', () => {
    const { showCalls } = renderWithPhone(page)
    showCalls(other)
    const stage = screen.getByRole('dialog', { name: 'Call with Cem' })
    expect(stage.contains(document.activeElement)).toBe(true)
    showCalls(other, incoming())
    expect(document.activeElement?.textContent).toBe('Answer')
    expect(stage.getAttribute('aria-modal')).toBeNull()
    showCalls(other)
    expect(stage.contains(document.activeElement)).toBe(true)
    expect(stage.getAttribute('aria-modal')).toBe('true')
  })
})

function incoming(change: Partial<CallView> = {}): CallView {
  return callView({ direction: 'incoming', phase: 'incoming', peer: bea, ...change })
}

function ring(change: Partial<CallView> = {}) {
  const phone = renderWithPhone(page)
  phone.showCalls(incoming(change))
  paint()
  return phone
}
