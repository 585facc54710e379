// Obstacles for a page: a proxy without WebSockets, files of an older server, a page that throws.
// The page names each one and the next step, and everything else keeps working.
import { describe, expect, it } from 'vitest'
import { Person } from './support/browser'
import { PlainProxy } from './support/plainProxy'
import { Stage, talk } from './support/stage'

const stage = Stage.open()

describe('a page', () => {
  it('says that a proxy on the way to the server blocks WebSockets', async (test) => {
    const proxy = await PlainProxy.before(stage.server.url)
    test.onTestFinished(() => proxy.stop())
    const [ada, bea] = await stage.two(test)
    const cut = await Person.arrive(stage.browser, proxy.url)
    test.onTestFinished(() => cut.leave())
    const { page } = cut
    await page.goto('/')
    await page.getByLabel('User name').fill(ada.name.toLowerCase())
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'lets no calls through' })
    await alert.waitFor()
    expect(await alert.innerText()).toMatch(/proxy[^]*Upgrade/)
    await page.getByRole('listitem').filter({ hasText: bea.name }).waitFor()
    expect(await page.getByText('Checking…').count()).toBe(0)
  })

  it('says that a language could not be loaded, and how to get it', async (test) => {
    const ada = await stage.person(test, 'Ada')
    const { page } = ada
    await page.route('**/assets/*.js', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('button', { name: /^Settings for / }).click()
    for (const [language, name] of [
      ['de', 'Deutsch'],
      ['ar', 'العربية'],
    ] as const) {
      await page.getByLabel('Language').selectOption(language)
      await page
        .getByRole('alert')
        .filter({ hasText: `${name} could not be loaded` })
        .waitFor()
    }
    await page.unroute('**/assets/*.js')
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.locator('html[lang=ar]').waitFor()
  })

  it('that throws does not affect the call', async (test) => {
    const [ada, bea] = await stage.two(test)
    // An answer as from an incompatible server version.
    await ada.page.route('**/api/calls*', (route) => route.fulfill({ json: { calls: [null] } }))
    await talk(ada, bea)
    await ada.press('Make the call small')
    await ada.page.getByRole('link', { name: 'History' }).click()
    await ada.page.getByRole('alert').filter({ hasText: 'This page broke' }).waitFor()
    await Promise.all([ada.hears(), bea.hears()])
    await ada.page.getByRole('link', { name: 'People' }).click()
    await ada.page.getByLabel('Search people').waitFor()
    await ada.press('Hang up')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
  })
})
