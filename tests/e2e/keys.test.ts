// Keys typed while a call comes in, on a page that is blocked at that moment: keys typed before the
// window was visible do not answer the call.
import type { CDPSession } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { Stage } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

const keys = {
  Enter: { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 },
  Space: { key: ' ', code: 'Space', text: ' ', windowsVirtualKeyCode: 32 },
  x: { key: 'x', code: 'KeyX', text: 'x', windowsVirtualKeyCode: 88 },
} as const
type Key = keyof typeof keys

async function stroke(session: CDPSession, key: Key): Promise<void> {
  // The keys are sent without waiting for the page, as a person types.
  void session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...keys[key] })
  void session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...keys[key] })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** From the moment at which the window is added to the page, the page is blocked for this long. */
async function standsStillAtTheCall({ page }: Person, ms: number): Promise<void> {
  await page.evaluate((still) => {
    const state = window as unknown as { standing?: boolean }
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.parley-incoming')) return
      observer.disconnect()
      console.log('stands still')
      const end = performance.now() + still
      while (performance.now() < end);
      state.standing = false
    }).observe(document.body, { childList: true, subtree: true })
  }, ms)
}

describe('keys that are typed while a call comes in', () => {
  it.for([
    ['Enter', 500, 40],
    ['Space', 700, 95],
    ['Enter', 1900, 155],
  ] as const)(
    'answer nothing: %s, on a page that stands still for %i ms, %i ms apart',
    async ([key, still, apart], test) => {
      const [ada, bea] = await stage.two(test)
      const session = await bea.page.context().newCDPSession(bea.page)
      await bea.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await standsStillAtTheCall(bea, still)
      const stands = bea.page.waitForEvent(
        'console',
        (message) => message.text() === 'stands still',
      )
      await ada.dial(bea.name, 'audio')
      await stands
      await pause(apart)
      await stroke(session, 'x')
      await pause(apart)
      await stroke(session, key)
      await bea.isCalled()
      // The call still rings: an answer would remove this window after the same wait.
      await pause(2 * still)
      await bea.isCalled()
      expect(await bea.asked()).toBe(0)
      // A deliberate key press answers the call.
      await bea.page.keyboard.press(key === 'Space' ? ' ' : key)
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
    },
  )

  it('answer after a deliberate move into the window', async (test) => {
    const [ada, bea] = await stage.two(test)
    const field = bea.page.getByLabel('Search people')
    await field.pressSequentially('some', { delay: 60 })
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await field.pressSequentially('body', { delay: 60 })
    await bea.page.keyboard.press('Tab')
    await pause(250)
    await bea.page.keyboard.press('Enter')
    await until(
      () => bea.page.locator('.parley-incoming').count(),
      (shown) => expect(shown).toBe(0),
    )
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
  })
})
