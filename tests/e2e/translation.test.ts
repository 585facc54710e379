// Pages that the browser translates during their use: the translator puts every text into its own
// elements. The pages keep working and updating.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { sign } from './support/shown'
import { Stage, talk } from './support/stage'
import { translate, type Manner } from './support/translator'
import { until } from './support/until'

const stage = Stage.open()

const manners: readonly (readonly [Manner, boolean, string])[] = [
  ['wraps', false, 'at every step'],
  ['replaces', false, 'at every step, with new texts'],
  ['wraps', true, 'all the time'],
  ['replaces', true, 'all the time, with new texts'],
]

/** Translates after each step; if the translator stays, once is enough. */
function translator(person: Person, manner: Manner, stays: boolean): () => Promise<void> {
  let begun = false
  return async () => {
    if (!begun || !stays) await translate(person.page, manner, stays)
    begun = true
    expect(await person.page.locator('.crash').count(), 'crash pages').toBe(0)
  }
}

const clock = (person: Person) => person.call.locator('.parley-duration').innerText()

async function clockRuns(person: Person): Promise<void> {
  const before = await clock(person)
  await until(
    () => clock(person),
    (now) => expect(now).not.toBe(before),
  )
}

describe('a page that is translated', () => {
  it.for(manners)('keeps working on every page: %s, %s, %s', async ([manner, stays], test) => {
    const ada = await stage.person(test, 'Ada')
    await stage.person(test, 'Bea')
    const { page } = ada
    const translated = translator(ada, manner, stays)
    await translated()
    const search = page.getByLabel('Search people')
    await search.fill('nobody is called this')
    await page.getByText('Nobody by that name').first().waitFor()
    await translated()
    await search.fill('')
    await page.getByRole('main').getByText('Online').first().waitFor()
    await translated()
    for (let round = 0; round < 2; round += 1) {
      for (const place of ['History', 'People']) {
        await page.getByRole('link', { name: place }).click()
        await page.getByRole('heading', { level: 1, name: place }).waitFor()
        await translated()
      }
    }
    await page.getByRole('button', { name: /^Settings for / }).click()
    await translated()
    await page.getByLabel('Language').selectOption('de')
    await page.getByRole('button', { name: 'Abmelden' }).waitFor()
    await translated()
    await page.getByLabel('Sprache').selectOption('en')
    await page.getByRole('link', { name: 'Sound and picture' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sound and picture' }).waitFor()
    await translated()
    await page.getByRole('button', { name: /^Settings for / }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    for (const door of ['Create an account', 'Sign in', 'Create an account']) {
      await page.getByRole('link', { name: door }).click()
      await page
        .getByRole('heading', { level: 1, name: door === 'Sign in' ? door : 'Create account' })
        .waitFor()
      await translated()
    }
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Please fill this in').first().waitFor()
    await translated()
  })

  it.for(manners)('keeps working in a call: %s, %s, %s', async ([manner, stays], test) => {
    const [ada, bea] = await stage.two(test)
    const both = [translator(ada, manner, stays), translator(bea, manner, stays)]
    const translated = () => Promise.all(both.map((one) => one()))
    await translated()
    await talk(ada, bea, 'video')
    await translated()
    await Promise.all([clockRuns(ada), clockRuns(bea)])
    await ada.press('Microphone')
    await sign(bea, 'Muted').waitFor()
    await translated()
    await ada.press('Microphone')
    await sign(bea, 'Muted').waitFor({ state: 'detached' })
    await ada.press('Camera')
    await sign(bea, 'Camera off').waitFor()
    await translated()
    await ada.press('Hold')
    await bea.call.getByText('You are on hold').waitFor()
    await translated()
    await ada.press('Resume')
    await bea.call.getByText('You are on hold').waitFor({ state: 'detached' })
    await translated()
    await ada.press('Make the call small')
    for (const place of ['History', 'People', 'History']) {
      await ada.page.getByRole('link', { name: place }).click()
      await ada.page.getByRole('heading', { level: 1, name: place }).waitFor()
      await translated()
    }
    await Promise.all([clockRuns(ada), clockRuns(bea)])
    await bea.press('Hang up')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
    await translated()
    await bea.call.getByText('Call ended').waitFor()
    await Promise.all([ada.putsAway(), bea.putsAway()])
    await translated()
    await bea.dial(ada.name, 'audio')
    await ada.isCalled()
    await translated()
    await ada.press('Decline')
    await bea.call.getByText('Call declined').waitFor()
    await translated()
  })
})
