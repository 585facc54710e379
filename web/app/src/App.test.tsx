import { callView } from '@parley/client/testing'
import { act, cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { renderWithPhone } from '../../packages/react/test/phone'
import { Pages } from './App'
import { setToken } from './token'

const answers: Record<string, unknown> = {
  server: { sign_up: 'open', first_account: 'made', users_invite: true, version: '0' },
  people: { people: [{ user: 'ada', name: 'Ada Lovelace' }] },
  calls: { calls: [] },
  'sign-in': { token: 'fresh', user: 'sam', name: 'Sam', expires_at_ms: 0 },
  'sign-out': {},
  settings: { call_waiting: true },
  blocked: { people: [] },
  contacts: { people: [] },
}
const asked: string[] = []

beforeEach(() => {
  location.hash = ''
  localStorage.clear()
  delete document.documentElement.dataset.theme
  asked.length = 0
  vi.stubGlobal('fetch', (url: string, { method = 'GET' }: RequestInit = {}) => {
    const path = url.replace(/^\/api\//, '').replace(/\?.*/, '')
    asked.push(method === 'PUT' ? `PUT ${path}` : path)
    return Promise.resolve(new Response(JSON.stringify(answers[path])))
  })
})
afterEach(() => {
  cleanup()
  act(() => setToken(null))
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('the app', () => {
  it('opens after a sign-in, and remembers it', async () => {
    const { user, core } = renderWithPhone(<Pages />)
    await user.type(screen.getByRole('textbox', { name: 'User name' }), 'sam')
    await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
    expect(await screen.findByRole('heading', { name: 'People' })).toBeDefined()
    expect(core.of('signed_in')).toMatchObject([{ token: 'fresh' }])
    expect(localStorage.getItem('parley.token')).toBe('fresh')
  })

  it('is signed in after a reload', async () => {
    localStorage.setItem('parley.token', 'kept')
    const { core } = renderWithPhone(<Pages />)
    expect(core.of('signed_in')).toMatchObject([{ token: 'kept' }])
    expect(await screen.findByText('Ada Lovelace')).toBeDefined()
  })

  it('closes after a sign-out, and reports it to the server and the phone', async () => {
    const { user, core } = signedIn()
    await user.click(screen.getByRole('button', { name: 'Settings for Sam Okafor' }))
    await user.click(screen.getByRole('button', { name: 'Sign out' }))
    expect(screen.getByRole('heading', { name: 'Sign in' })).toBeDefined()
    expect(screen.getByRole('alert').textContent).toBe('')
    expect(asked).toContain('sign-out')
    expect(core.types()).toContain('signed_out')
    expect(localStorage.getItem('parley.token')).toBeNull()
  })

  it('follows a sign-out and a sign-in in another tab', () => {
    const { core } = signedIn()
    act(() => {
      localStorage.removeItem('parley.token')
      window.dispatchEvent(new StorageEvent('storage', { key: 'parley.token' }))
    })
    expect(screen.getByRole('heading', { name: 'Sign in' })).toBeDefined()
    act(() => {
      localStorage.setItem('parley.token', 'other')
      window.dispatchEvent(new StorageEvent('storage', { key: 'parley.token' }))
    })
    expect(core.of('signed_in').at(-1)).toMatchObject({ token: 'other' })
  })

  it('sends the rating of a call', async () => {
    const { user, showCalls } = signedIn()
    const call = callView({ phase: 'active' })
    showCalls(call)
    showCalls({ ...call, phase: 'ended', reason: 'completed', lasted_ms: 1000 })
    await user.click(screen.getByRole('button', { name: 'Good' }))
    expect(asked).toContain(`PUT calls/${call.call}/rating`)
  })

  it('ends the calls of the last person when another tab changes the person', () => {
    const { core } = signedIn()
    act(() => {
      localStorage.setItem('parley.token', 'other')
      window.dispatchEvent(new StorageEvent('storage', { key: 'parley.token' }))
    })
    expect(core.types().filter((type) => type.startsWith('signed'))).toEqual([
      'signed_in',
      'signed_out',
      'signed_in',
    ])
  })

  it('shows why a person was signed out', () => {
    const { show } = signedIn()
    show({ session: 'refused', problem: 'account/not-signed-in' })
    expect(screen.getByRole('alert').textContent).toContain('You are signed out.')
    expect(localStorage.getItem('parley.token')).toBeNull()
  })

  it('changes pages and their titles', async () => {
    const { user } = signedIn()
    expect(document.title).toBe('People – Parley')
    expect(screen.getByRole('link', { current: 'page' }).textContent).toBe('People')
    await user.click(screen.getByRole('link', { name: 'History' }))
    act(() => {
      location.hash = '#/history'
      window.dispatchEvent(new HashChangeEvent('hashchange'))
    })
    expect(await screen.findByText('No calls yet')).toBeDefined()
    expect(document.title).toBe('History – Parley')
  })

  it('saves on the server whether a second call rings', async () => {
    const { user } = signedIn()
    // The switch is not shown before the setting is known.
    expect(screen.queryByRole('switch', { hidden: true })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Settings for Sam Okafor' }))
    const choice = await screen.findByRole<HTMLInputElement>('switch', { name: 'Call waiting' })
    expect(choice.checked).toBe(true)
    answers['settings'] = { call_waiting: false }
    await user.click(choice)
    await vi.waitFor(() => expect(choice.ariaDisabled).toBe('false'))
    expect(choice.checked).toBe(false)
    expect(asked.slice(-2)).toEqual(['settings', 'PUT settings'])
    answers['settings'] = { call_waiting: true }
  })

  it('keeps a choice made while an earlier request is open', async () => {
    const { user } = signedIn()
    const opener = screen.getByRole('button', { name: 'Settings for Sam Okafor' })
    await user.click(opener)
    const choice = await screen.findByRole<HTMLInputElement>('switch', { name: 'Call waiting' })
    await user.click(opener)
    const answer = (call_waiting: boolean) => new Response(JSON.stringify({ call_waiting }))
    let lookUp: (found: Response) => void = () => undefined
    const lookedUp = new Promise<Response>((resolve) => (lookUp = resolve))
    vi.stubGlobal('fetch', (_: string, { method }: RequestInit = {}) =>
      method === 'PUT' ? Promise.resolve(answer(false)) : lookedUp,
    )
    await user.click(opener)
    await user.click(choice)
    await vi.waitFor(() => expect(choice.ariaDisabled).toBe('false'))
    await act(async () => {
      lookUp(answer(true))
      await lookedUp
    })
    expect(choice.checked).toBe(false)
  })

  it('takes back a choice that did not reach the server', async () => {
    const { user } = signedIn()
    await user.click(screen.getByRole('button', { name: 'Settings for Sam Okafor' }))
    const choice = await screen.findByRole<HTMLInputElement>('switch', { name: 'Call waiting' })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
    await user.click(choice)
    expect(await screen.findByText(/The server can/)).toBeDefined()
    expect(choice.checked).toBe(true)
  })

  it('keeps the theme', async () => {
    const { user } = signedIn()
    await user.click(screen.getByRole('button', { name: 'Settings for Sam Okafor' }))
    await user.click(screen.getByRole('radio', { name: 'Dark' }))
    expect(document.documentElement.dataset.theme).toBe('dark')
    expect(localStorage.getItem('parley.theme')).toBe('dark')
    await user.click(screen.getByRole('radio', { name: 'System' }))
    expect(document.documentElement.dataset.theme).toBeUndefined()
  })

  it('closes the settings with Escape and on a click elsewhere', async () => {
    const { user } = signedIn()
    const opener = screen.getByRole('button', { name: 'Settings for Sam Okafor' })
    await user.click(opener)
    await user.tab()
    await user.keyboard('{Escape}')
    expect(opener.getAttribute('aria-expanded')).toBe('false')
    expect(document.activeElement).toBe(opener)
    await user.click(opener)
    await user.click(screen.getByRole('heading', { name: 'People' }))
    expect(opener.getAttribute('aria-expanded')).toBe('false')
  })
})

describe('the server connection', () => {
  it('is shown while it is down', () => {
    const { show } = signedIn()
    show({ session: 'reconnecting' })
    expect(screen.getByText('Reconnecting to the server…')).toBeDefined()
    show({ session: 'reconnecting', calls: [callView({ phase: 'active' })] })
    expect(screen.getByText('Reconnecting to the server… Calls go on.')).toBeDefined()
    show({ session: 'online', calls: [] })
    expect(screen.queryByText(/Reconnecting/)).toBeNull()
  })

  it('can be taken over from another tab', async () => {
    const { user, core, show } = signedIn()
    show({ session: 'refused', problem: 'server/session-replaced' })
    expect(screen.getByRole('alert').textContent).toContain('This page was opened a second time.')
    await user.click(screen.getByRole('button', { name: 'Use this tab' }))
    expect(core.of('signed_in')).toMatchObject([{ token: 'kept' }])
  })
})

describe('a broken core', () => {
  it('shows a page with a button to reload', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { core, parley } = signedIn()
    core.script = () => new Error('unreachable executed')
    act(() => parley.showPeople([]))
    expect(screen.getByRole('heading', { name: 'Something broke' })).toBeDefined()
    expect(screen.getByRole('button', { name: 'Reload the page' })).toBeDefined()
    expect(screen.getByText('Error: unreachable executed')).toBeDefined()
  })
})

function signedIn() {
  localStorage.setItem('parley.token', 'kept')
  return renderWithPhone(<Pages />)
}
