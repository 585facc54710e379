// Whole calls in the components: the real core under them, and everything else as the test says.
import { userId } from '@parley/client'
import { createTestPhone, type TestPhone } from '@parley/client/testing'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { coreIsBuilt } from '../../client/test/realCore'
import { CallButton, CallModals, ParleyProvider } from '../src/index'

const bea = { user: userId('bea'), name: 'Bea Moreau' }

describe.skipIf(!coreIsBuilt)('a call', { timeout: 20_000 }, () => {
  let phone: TestPhone
  let complaints: string[]
  beforeEach(async () => {
    for (const level of ['debug', 'info', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation(() => undefined)
    }
    complaints = []
    vi.spyOn(console, 'error').mockImplementation((...texts) => complaints.push(texts.join(' ')))
    phone = await createTestPhone({ act })
    render(
      <ParleyProvider parley={phone.parley}>
        <CallButton party={bea} kind="video" />
        <CallModals />
      </ParleyProvider>,
    )
    await phone.signedIn()
  })
  afterEach(() => {
    cleanup()
    phone.close()
    vi.restoreAllMocks()
    // React's, above all: everything is drawn within act.
    expect(complaints).toEqual([])
  })

  it('that comes in is shown, and answered', async () => {
    await phone.isCalledBy(bea, 'audio')
    const dialog = screen.getByRole('dialog', { name: /Incoming audio call/ })
    await userEvent.click(within(dialog).getByRole('button', { name: 'Answer' }))
    expect(screen.queryByRole('dialog', { name: /Incoming/ })).toBeNull()
    expect(status()).toMatch('Connecting…')
    await phone.mediaFlows()
    expect(phone.peer.phase).toBe('active')
    expect(status()).toMatch('Connected')
  })

  it('that comes in is declined', async () => {
    await phone.isCalledBy(bea, 'video')
    await userEvent.click(screen.getByRole('button', { name: 'Decline' }))
    expect(screen.queryByRole('dialog', { name: /Incoming/ })).toBeNull()
    expect(phone.peer.phase).toBe('ended')
    expect(phone.media.isOpen('camera')).toBe(false)
  })

  it('is dialed, rings, goes on and ends', async () => {
    await dial()
    expect(status()).toMatch('Calling…')
    await phone.peer.rings()
    expect(status()).toMatch('Ringing…')
    await phone.peer.answers()
    expect(status()).toMatch('Connecting…')
    await phone.mediaFlows()
    expect(status()).toMatch('Connected')
    await phone.peer.hangsUp()
    expect(room().dataset.phase).toBe('ended')
    await userEvent.click(screen.getByRole('button', { name: 'Close' }))
    expect(screen.queryByLabelText('Call with Bea Moreau')).toBeNull()
  })

  it('says in words that the camera was refused, and goes on without', async () => {
    await phone.media.refuses('camera', 'NotAllowedError')
    await dial()
    await phone.peer.answers()
    await phone.mediaFlows()
    expect(screen.getByText('Your browser does not let this page use the camera.')).toBeTruthy()
    expect(phone.peer.sees).toMatchObject({ microphone: 'on', camera: 'unavailable' })
  })

  it('is muted for the other side as well, and that is proven', async () => {
    await talk()
    await userEvent.click(screen.getByRole('button', { name: /^Mute|^Microphone/ }))
    expect(phone.peer.sees).toMatchObject({ microphone: 'off' })
    await phone.advance(3000)
    await phone.peer.confirmsSilence()
    expect(screen.getAllByText(/^Muted: .Bea Moreau. hears nothing$/)).not.toEqual([])
  })

  it('shows what the other side does', async () => {
    await talk()
    await phone.peer.mutes()
    await phone.peer.holds()
    expect(screen.getByText('You are on hold')).toBeTruthy()
    await phone.peer.resumes()
    await phone.peer.sharesScreen()
    expect(screen.getByText('Sharing their screen')).toBeTruthy()
  })

  it('goes on while the server can’t be reached', async () => {
    await talk()
    await phone.loseSocket()
    await phone.advance(5000)
    expect(screen.getByText(/The server can’t be reached right now/)).toBeTruthy()
    await phone.advance(20_000)
    expect(room().dataset.phase).toBe('active')
    await phone.reconnect()
    expect(screen.queryByText(/The server can’t be reached right now/)).toBeNull()
    expect(room().dataset.phase).toBe('active')
  })

  async function dial() {
    await userEvent.click(screen.getByRole('button', { name: 'Video call Bea Moreau' }))
  }

  async function talk() {
    await dial()
    await phone.peer.answers()
    await phone.mediaFlows()
  }
})

function room() {
  return screen.getByLabelText('Call with Bea Moreau')
}

function status() {
  return room().textContent
}
