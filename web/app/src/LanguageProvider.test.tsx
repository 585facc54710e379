import { en, useStrings, type Language } from '@parley/react'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { chooseLanguage } from './language'
import { LanguageChoice } from './LanguageChoice'
import { LanguageProvider } from './LanguageProvider'

const html = document.documentElement

beforeEach(() => localStorage.clear())
afterEach(() => {
  cleanup()
  act(() => chooseLanguage(null))
  vi.restoreAllMocks()
})

describe('the language of the page', () => {
  it('is the language of the browser', async () => {
    browserAsksFor('fr', 'de-CH')
    render(page)
    expect(await screen.findByText('Einstellungen')).toBeDefined()
    expect([html.lang, html.dir]).toEqual(['de', 'ltr'])
  })

  it('is English at once if the browser asks for no other', () => {
    browserAsksFor('ja')
    render(page)
    expect(screen.getByText('Settings')).toBeDefined()
    expect(html.lang).toBe('en')
  })

  it('can be chosen, is remembered, and sets the direction of the page', async () => {
    browserAsksFor('en-GB')
    render(page)
    const choice = screen.getByRole('combobox', { name: 'Language' })
    await userEvent.selectOptions(choice, 'العربية')
    expect(await screen.findByText('الإعدادات')).toBeDefined()
    expect([html.lang, html.dir]).toEqual(['ar', 'rtl'])
    cleanup()
    render(page)
    expect(await screen.findByText('الإعدادات')).toBeDefined()
    await userEvent.selectOptions(screen.getByRole('combobox'), '')
    expect(await screen.findByText('Settings')).toBeDefined()
    expect([html.lang, html.dir]).toEqual(['en', 'ltr'])
    expect(localStorage.getItem('parley.language')).toBeNull()
  })

  it('shows an error and a retry if it can not be loaded', async () => {
    browserAsksFor('en-GB')
    const load = (language: Language) =>
      language === 'en' ? Promise.resolve(en) : Promise.reject(new TypeError('Failed to fetch'))
    render(
      <LanguageProvider load={load}>
        <Words />
        <LanguageChoice />
      </LanguageProvider>,
    )
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Language' }), 'Deutsch')
    const told = await screen.findByRole('alert')
    expect(told.textContent).toContain('Deutsch could not be loaded.')
    expect(within(told).getByRole('button', { name: 'Reload the page' })).toBeDefined()
    expect(screen.getByText('Settings')).toBeDefined()
    await userEvent.click(within(told).getByRole('button', { name: 'Hide this note' }))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('follows another tab', async () => {
    render(page)
    act(() => {
      localStorage.setItem('parley.language', 'de')
      window.dispatchEvent(new StorageEvent('storage', { key: 'parley.language' }))
    })
    expect(await screen.findByText('Einstellungen')).toBeDefined()
  })
})

const page = (
  <LanguageProvider>
    <Words />
    <LanguageChoice />
  </LanguageProvider>
)

function Words() {
  return <p>{useStrings().app.settings}</p>
}

function browserAsksFor(...languages: string[]) {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages)
}
