// Who may call whom, and the list of sessions: changed in one page, visible in the others.
import { describe, expect, it, type TestContext } from 'vitest'
import { patientFor } from '../patience'
import { isAccessible } from './support/axe'
import type { Person } from './support/browser'
import { Stage } from './support/stage'
import { until } from './support/until'

/** Long enough to block a caller, also on a busy machine, and short enough to wait for. */
const RING_LIMIT_S = 20

const stage = Stage.open({ 'ring-limit': String(RING_LIMIT_S) })

type Place = 'people' | 'history' | 'account'

async function goesTo(person: Person, place: Place): Promise<void> {
  const titles = { people: 'People', history: 'History', account: 'Privacy and security' }
  await person.page.evaluate((where) => void (location.hash = `#/${where}`), place)
  await person.page.getByRole('heading', { level: 1, name: titles[place] }).waitFor()
}

const incoming = (person: Person) => person.page.getByRole('dialog', { name: /^Incoming/ })
const part = (person: Person, name: string) => person.page.getByRole('region', { name })

/** Presses Block, reads the explanation, and confirms. */
async function block(person: Person, whom: Person): Promise<void> {
  await person.press(`Block ${whom.name}`)
  await person.page.getByText('They are not told.').waitFor()
  await person.press(`Block ${whom.name}`)
}

/** Chooses from the menu in a person's row. */
async function chooses(person: Person, whom: Person, entry: string): Promise<void> {
  await goesTo(person, 'people')
  await person.page.getByLabel('Search people').fill(whom.name)
  await person.press(`More about ${whom.name}`)
  await person.page.getByRole('menuitem', { name: entry, exact: true }).click()
}

async function rings(caller: Person, callee: Person): Promise<void> {
  await caller.dial(callee.name, 'audio')
  await callee.isCalled()
  await caller.press('Hang up')
  await Promise.all([isOver(caller), isOver(callee)])
}

/** Waits for the end of the call and closes its last screen. */
async function isOver(person: Person): Promise<void> {
  await person.isIn('ended')
  await person.putsAway()
}

/** From now on, the callers that ring in this page. */
async function watchesCallers(person: Person): Promise<() => Promise<readonly string[]>> {
  await person.page.evaluate(() => {
    const names: string[] = []
    Object.assign(window, { callers: names })
    new MutationObserver(() => {
      const name = document.querySelector('.parley-incoming-name')?.textContent
      if (name !== undefined && name !== null && names.at(-1) !== name) names.push(name)
    }).observe(document.body, { childList: true, subtree: true })
  })
  return () =>
    person.page.evaluate(() => (window as unknown as { callers: readonly string[] }).callers)
}

/** The call rings for the caller; the callee hears nothing until another person calls. */
async function ringsInVain(test: TestContext, caller: Person, callee: Person): Promise<void> {
  const witness = await stage.person(test, 'Cem')
  const callers = await watchesCallers(callee)
  await caller.dial(callee.name, 'audio')
  await caller.isIn('ringing')
  await rings(witness, callee)
  expect(await callers()).toEqual([witness.name])
  await caller.press('Hang up')
  await isOver(caller)
}

describe('a person who is blocked', () => {
  it('while they call sees a call without an answer, and does not ring there again', async (test) => {
    const [ada, bea] = await stage.two(test)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    await block(bea, ada)
    await incoming(bea).waitFor({ state: 'detached' })
    await bea.call.waitFor({ state: 'detached' })
    expect(await ada.call.getAttribute('data-phase')).toBe('ringing')
    const limit = { timeout: patientFor(RING_LIMIT_S * 1000) }
    await ada.call.getByText('No answer').waitFor(limit)
    expect(await ada.lastRecord()).toMatchObject({ reason: 'no_answer' })
    await isOver(ada)
    // The open page below the call shows the block.
    await bea.page.getByLabel('Search people').fill(ada.name)
    const row = bea.page.getByRole('main').getByRole('listitem').filter({ hasText: ada.name })
    await row.getByText('Blocked', { exact: true }).waitFor()
    await ringsInVain(test, ada, bea)
  })

  it('from the history is on the list in the account, and rings again when taken off', async (test) => {
    const [ada, bea] = await stage.two(test)
    await rings(ada, bea)
    await goesTo(bea, 'history')
    await bea.press(`Details of the call with ${ada.name}`)
    await block(bea, ada)
    await bea.page.getByRole('button', { name: `Unblock ${ada.name}`, exact: true }).waitFor()
    await ringsInVain(test, ada, bea)

    await goesTo(bea, 'account')
    const blocked = part(bea, 'Blocked people')
    await blocked.getByRole('heading', { name: ada.name }).waitFor()
    await isAccessible(bea, 'account')
    await bea.press(`Unblock ${ada.name}`)
    await blocked.getByText('Nobody is blocked.').waitFor()
    await rings(ada, bea)
  })
})

describe('a person who accepts calls from known people only', () => {
  it('is unreachable for a stranger, and reachable for a contact', async (test) => {
    const [ada, bea] = await stage.two(test)
    await goesTo(bea, 'account')
    await bea.page.getByRole('radio', { name: 'People I know' }).check()
    await ada.dial(bea.name, 'audio', 'Offline')
    await ada.call.getByText('Not reachable').waitFor()
    expect(await ada.lastRecord()).toMatchObject({ reason: 'unreachable' })
    await isOver(ada)

    await chooses(bea, ada, 'Add to contacts')
    await bea.page.getByText(`${ada.name} is one of your contacts.`).waitFor()
    await rings(ada, bea)

    await goesTo(bea, 'account')
    await part(bea, 'Contacts').getByRole('heading', { name: ada.name }).waitFor()
  })
})

describe('the list of people', () => {
  it('shows a new account before people who are away', async (test) => {
    const [ada, bea] = await stage.two(test)
    await goesTo(ada, 'people')
    await ada.page.evaluate(() => Object.assign(window, { stillThisPage: true }))
    await bea.leave()
    const zoe = await stage.person(test, 'Zoe')
    await until(
      async () => rowsOf(ada),
      (rows) => {
        const at = (name: string) => rows.findIndex((row) => row.includes(name))
        expect(rows[at(zoe.name)]).toContain('Online')
        expect(rows[at(bea.name)]).toContain('Offline')
        expect(at(zoe.name)).toBeLessThan(at(bea.name))
      },
    )
    expect(await ada.page.evaluate(() => 'stillThisPage' in window)).toBe(true)
  })
})

function rowsOf(person: Person): Promise<readonly string[]> {
  return person.page.getByRole('main').getByRole('listitem').allInnerTexts()
}

describe('a session', () => {
  const isAtTheDoor = async ({ page }: Person) => page.getByText('You are signed out.').waitFor()

  it('continues in this page after a new password, and ends everywhere else', async (test) => {
    const bea = await stage.person(test, 'Bea')
    const other = await stage.device(test, bea)
    await goesTo(bea, 'account')
    await bea.page.getByLabel('Current password').fill('wrong horse')
    await bea.page.getByLabel('New password').fill('battery staple')
    await bea.press('Change password')
    await bea.page.getByText('That is not your current password.').waitFor()
    await bea.page.getByLabel('Current password').fill('correct horse')
    await bea.press('Change password')
    await bea.page.getByText('Your password is changed.').waitFor()

    await isAtTheDoor(other)
    await until(
      async () => part(bea, 'Where you are signed in').getByRole('listitem').allInnerTexts(),
      (rows) => expect(rows.join()).toMatch(/^[^,]+, [^,]+This device$/su),
    )
    await bea.page.reload()
    await bea.isOnline()

    await other.page.getByLabel('User name').fill(bea.name.toLowerCase())
    await other.page.getByLabel('Password', { exact: true }).fill('battery staple')
    await other.press('Sign in')
    await other.isOnline()
  })

  it('is ended on one other device, or on all of them', async (test) => {
    const bea = await stage.person(test, 'Bea')
    const phone = await stage.device(test, bea)
    await goesTo(bea, 'account')
    const signIns = part(bea, 'Where you are signed in')
    await signIns.getByRole('button', { name: /^Sign out: / }).click()
    await isAtTheDoor(phone)

    const others = await Promise.all([stage.device(test, bea), stage.device(test, bea)])
    await goesTo(bea, 'people')
    await goesTo(bea, 'account')
    await bea.press('Sign out everywhere else')
    await Promise.all(others.map(isAtTheDoor))
    await until(
      () => signIns.getByRole('listitem').count(),
      (count) => expect(count).toBe(1),
    )
    await bea.page.reload()
    await bea.isOnline()
  })
})
