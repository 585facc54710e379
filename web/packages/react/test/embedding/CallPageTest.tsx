import { createTestPhone, type TestPhone } from '@parley/client/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { CallPage } from './CallPage'

let phone: TestPhone
beforeEach(async () => {
  phone = await createTestPhone({ act })
  render(<CallPage token="token" parley={phone.parley} />)
  await phone.signedIn()
})
afterEach(() => {
  cleanup()
  phone.close()
})

it('calls Bea, talks to her, and is told for how long', async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Call Bea' }))
  await phone.peer.rings()
  expect(screen.getByText('Ringing…')).toBeTruthy()
  await phone.peer.answers()
  await phone.mediaFlows()
  await phone.peer.mutes()
  expect(screen.getByText('Muted')).toBeTruthy()
  await phone.advance(60_000)
  await phone.peer.hangsUp()
  expect(screen.getByText('You talked for 1 minute.')).toBeTruthy()
})

it('offers no call to somebody who is away', async () => {
  await phone.goesOffline('bea')
  expect(screen.getByRole('button', { name: 'Call Bea' })).toHaveProperty('disabled', true)
})

it('asks for another sign-in when the token has expired', async () => {
  await phone.expireToken()
  expect(screen.getByText('Please sign in again.')).toBeTruthy()
})
