// From an invitation to a call, as two people in two browsers go through it.
import { describe, expect, it } from 'vitest'
import { isAccessible } from './support/axe'
import { Person } from './support/browser'
import { hangUp, Stage, talk } from './support/stage'

const stage = Stage.open()

describe('an invitation', () => {
  it('leads from its link to a call with the person who made it', async (test) => {
    const ada = await stage.person(test, 'Ada')
    await ada.page.getByRole('link', { name: 'Invite somebody' }).click()
    await ada.page.getByRole('heading', { level: 1, name: 'Invite somebody' }).waitFor()
    await ada.press('Create a link')
    const link = await ada.page.getByLabel('Invitation link').inputValue()
    await ada.page.getByRole('img', { name: 'The link as a QR code' }).waitFor()
    await isAccessible(ada, 'an invitation')

    const bea = await Person.arrive(stage.browser, stage.server.url)
    test.onTestFinished(async () => bea.leave())
    await bea.page.goto(link)
    await bea.page.getByText('You are invited.', { exact: false }).waitFor()
    await bea.joins('Beatrix Invited', 'beatrix.invited')

    await ada.page.getByRole('link', { name: 'People' }).click()
    await talk(ada, bea)
    await hangUp(ada, bea)
    await bea.page.evaluate(() => void (location.hash = '#/account'))
    const contacts = bea.page.getByRole('region', { name: 'Contacts', exact: true })
    await contacts.getByText(ada.name, { exact: true }).waitFor()
    expect(bea.complaints).toEqual([])
  })
})
