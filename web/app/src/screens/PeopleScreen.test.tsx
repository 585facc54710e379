import { cleanup, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { failed, fakeAccounts, ok, person, renderSignedIn } from '../../test/page'
import { RelationsProvider } from '../relations'
import { PeopleScreen } from './PeopleScreen'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const ada = person('ada', 'Ada Lovelace')
const grace = person('grace', 'Grace Hopper')

describe('people', () => {
  it('are listed without the person, each with two call buttons', async () => {
    const { core, user } = renderSignedIn(<PeopleScreen />, found(ada, person('sam'), grace))
    const rows = await screen.findAllByRole('listitem')
    expect(rows.map((row) => within(row).getByRole('heading').textContent)).toEqual([
      'Ada Lovelace',
      'Grace Hopper',
    ])
    await user.click(screen.getByRole('button', { name: 'Video call Grace Hopper' }))
    expect(core.of('dialed')).toMatchObject([{ callee: { user: 'grace' }, kind: 'video' }])
  })

  it('show in words whether they are online', async () => {
    const { core, show } = renderSignedIn(<PeopleScreen />, found(ada, grace, person('li')))
    await screen.findAllByRole('listitem')
    await vi.waitFor(() =>
      expect(core.of('people_shown').at(-1)?.users).toEqual(['ada', 'grace', 'li']),
    )
    show({
      presence: [
        { user: ada.user, online: true },
        { user: grace.user, online: false },
      ],
    })
    const words = screen.getAllByRole('listitem').map((row) => row.querySelector('.presence-word'))
    expect(words.map((word) => word?.textContent)).toEqual(['Online', 'Offline', 'Checking…'])
  })

  it('come first when they are online', async () => {
    const { show } = renderSignedIn(<PeopleScreen />, found(ada, grace))
    await screen.findAllByRole('listitem')
    show({
      presence: [
        { user: ada.user, online: false },
        { user: grace.user, online: true },
      ],
    })
    const names = screen.getAllByRole('heading').map(({ textContent }) => textContent)
    expect(names).toEqual(['Grace Hopper', 'Ada Lovelace'])
  })

  it('are loaded again when the server reports a change', async () => {
    const { accounts, show } = renderSignedIn(<PeopleScreen />, found(ada))
    await screen.findAllByRole('listitem')
    accounts.people.mockImplementation(() => ok({ people: [ada, grace] }))
    show({ people_changes: 1, people_ask_within_ms: 0 })
    expect(await screen.findByText('Grace Hopper')).toBeDefined()
  })

  it('are searched for once the typing pauses', async () => {
    const { user, accounts } = renderSignedIn(<PeopleScreen />, found(ada))
    await screen.findAllByRole('listitem')
    await user.type(screen.getByRole('searchbox', { name: 'Search people' }), 'lovel')
    await vi.waitFor(() => expect(accounts.people).toHaveBeenCalledTimes(2))
    expect(accounts.people).toHaveBeenLastCalledWith('token', { limit: 100, search: 'lovel' })
    await vi.waitFor(() => expect(screen.getByText('1 person found')).toBeDefined())
    await user.click(screen.getByRole('button', { name: 'Clear the search' }))
    expect(document.activeElement).toBe(screen.getByRole('searchbox'))
    await vi.waitFor(() =>
      expect(accounts.people).toHaveBeenLastCalledWith('token', { limit: 100 }),
    )
  })

  it('from an older search never replace those of a newer one', async () => {
    const accounts = fakeAccounts()
    let answerFirst: (value: Awaited<ReturnType<typeof accounts.people>>) => void = () => undefined
    accounts.people.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)))
    accounts.people.mockReturnValue(ok({ people: [grace] }))
    const { user } = renderSignedIn(<PeopleScreen />, accounts)
    await vi.waitFor(() => expect(accounts.people).toHaveBeenCalledTimes(1))
    await user.type(screen.getByRole('searchbox'), 'g')
    await screen.findByText('Grace Hopper')
    answerFirst({ ok: true, value: { people: [ada] } })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(screen.queryByText('Ada Lovelace')).toBeNull()
  })

  it('can be none, on the server or for a search', async () => {
    const { user } = renderSignedIn(<PeopleScreen />, found(person('sam')))
    expect(await screen.findByText('Nobody else is here yet')).toBeDefined()
    await user.type(screen.getByRole('searchbox'), 'zebedee')
    expect(await screen.findByText('Nobody by that name')).toBeDefined()
  })

  it('are announced as loading', () => {
    const accounts = fakeAccounts()
    accounts.people.mockReturnValue(new Promise(() => undefined))
    renderSignedIn(<PeopleScreen />, accounts)
    expect(screen.getByRole('status').textContent).toBe('Loading people…')
  })
})

describe('the menu of a person', () => {
  const page = (
    <RelationsProvider>
      <PeopleScreen />
    </RelationsProvider>
  )
  const opener = () => screen.findByRole('button', { name: 'More about Ada Lovelace' })
  const entries = () => screen.getAllByRole('menuitem').map(({ textContent }) => textContent)

  it('adds them to the contacts by keyboard, and confirms it', async () => {
    const accounts = found(ada)
    const { user } = renderSignedIn(page, accounts)
    ;(await opener()).focus()
    await user.keyboard('{ArrowDown}')
    expect(entries()).toEqual(['Add to contacts', 'Block'])
    accounts.contacts.mockImplementation(() => ok({ people: [{ ...ada, since_ms: 0 }] }))
    await user.keyboard('{Enter}')
    expect(accounts.addContact).toHaveBeenCalledWith('token', 'ada')
    expect(document.activeElement).toBe(await opener())
    expect(await screen.findByText('Ada Lovelace is one of your contacts.')).toBeDefined()
    expect(screen.getByText('Contact')).toBeDefined()
    await user.keyboard('{ArrowDown}')
    expect(entries()).toEqual(['Remove from contacts', 'Block'])
  })

  it('closes with Escape, and returns the focus', async () => {
    const { user } = renderSignedIn(page, found(ada))
    await user.click(await opener())
    expect(document.activeElement?.textContent).toBe('Add to contacts')
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.activeElement).toBe(await opener())
  })

  it('blocks them after a question', async () => {
    const accounts = found(ada)
    const { user } = renderSignedIn(page, accounts)
    await user.click(await opener())
    await user.click(screen.getByRole('menuitem', { name: 'Block' }))
    const question = screen.getByRole('group', { name: /^Block .*Ada Lovelace.*[?]$/u })
    expect(question.textContent).toContain('They are not told.')
    expect(document.activeElement?.textContent).toBe('Cancel')
    await user.keyboard('{Escape}')
    expect(document.activeElement).toBe(await opener())
    expect(accounts.block).not.toHaveBeenCalled()

    await user.click(await opener())
    await user.click(screen.getByRole('menuitem', { name: 'Block' }))
    accounts.blocked.mockImplementation(() => ok({ people: [{ ...ada, since_ms: 0 }] }))
    await user.click(screen.getByRole('button', { name: 'Block Ada Lovelace' }))
    expect(accounts.block).toHaveBeenCalledExactlyOnceWith('token', 'ada')
    expect(await screen.findByText('Ada Lovelace is blocked.')).toBeDefined()
    expect(screen.getByText('Blocked')).toBeDefined()
    expect(document.activeElement).toBe(await opener())

    await user.click(await opener())
    accounts.blocked.mockImplementation(() => ok({ people: [] }))
    await user.click(screen.getByRole('menuitem', { name: 'Unblock' }))
    expect(accounts.unblock).toHaveBeenCalledWith('token', 'ada')
    expect(await screen.findByText('Ada Lovelace is no longer blocked.')).toBeDefined()
  })

  it('shows why an action failed', async () => {
    const accounts = found(ada)
    accounts.block.mockReturnValue(failed('server/unreachable'))
    accounts.addContact.mockReturnValue(failed('account/list-full'))
    const { user } = renderSignedIn(page, accounts)
    await user.click(await opener())
    await user.click(screen.getByRole('menuitem', { name: 'Add to contacts' }))
    expect((await screen.findByRole('alert')).textContent).toContain('That list is full.')
    await user.click(await opener())
    await user.click(screen.getByRole('menuitem', { name: 'Block' }))
    expect(screen.queryByRole('alert')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Block Ada Lovelace' }))
    expect((await screen.findByRole('alert')).textContent).toContain('reach')
    expect(screen.getByRole('button', { name: 'Block Ada Lovelace' })).toBeDefined()
  })
})

describe('people who can not be loaded', () => {
  it('can be loaded again', async () => {
    const accounts = fakeAccounts()
    accounts.people.mockReturnValueOnce(failed('server/internal'))
    accounts.people.mockReturnValue(ok({ people: [ada] }))
    const { user } = renderSignedIn(<PeopleScreen />, accounts)
    expect((await screen.findByRole('alert')).textContent).toContain('Something went wrong')
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByText('Ada Lovelace')).toBeDefined()
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('are loaded again when the server is back', async () => {
    const accounts = fakeAccounts()
    accounts.people.mockReturnValueOnce(failed('server/unreachable'))
    accounts.people.mockReturnValue(ok({ people: [ada] }))
    const { show } = renderSignedIn(<PeopleScreen />, accounts)
    show({ session: 'reconnecting' })
    await screen.findByRole('alert')
    show({ session: 'online' })
    expect(await screen.findByText('Ada Lovelace')).toBeDefined()
  })

  it('keep the earlier list on the screen', async () => {
    const accounts = found(ada)
    const { user } = renderSignedIn(<PeopleScreen />, accounts)
    await screen.findByText('Ada Lovelace')
    accounts.people.mockReturnValue(failed('server/unreachable'))
    await user.type(screen.getByRole('searchbox'), 'a')
    await screen.findByRole('alert')
    expect(screen.getByText('Ada Lovelace')).toBeDefined()
  })

  it('ask for a new sign-in if the token has expired', async () => {
    const accounts = fakeAccounts()
    accounts.people.mockReturnValue(failed('account/not-signed-in'))
    const { expire } = renderSignedIn(<PeopleScreen />, accounts)
    await vi.waitFor(() => expect(expire).toHaveBeenCalledTimes(1))
  })
})

function found(...people: ReturnType<typeof person>[]) {
  const accounts = fakeAccounts()
  accounts.people.mockReturnValue(ok({ people }))
  return accounts
}
