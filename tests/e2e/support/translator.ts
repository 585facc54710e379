// What the translators of browsers do to a page: they put each text into two elements of their own.
import type { Page } from 'playwright-core'

/** Whether the text itself goes into the new elements, or another one that takes its place. */
export type Manner = 'wraps' | 'replaces'

/** Translates what is there now, and with `stays` whatever appears later. */
export async function translate(page: Page, manner: Manner, stays: boolean): Promise<void> {
  await page.evaluate(
    ([how, observes]) => {
      const isTranslated = ({ parentElement }: Node) => parentElement?.closest('font') !== null
      const translateOne = (text: Text) => {
        if (text.data.trim() === '' || isTranslated(text)) return
        const [outer, inner] = [document.createElement('font'), document.createElement('font')]
        outer.append(inner)
        text.replaceWith(outer)
        inner.append(how === 'wraps' ? text : document.createTextNode(text.data))
      }
      const translateAll = () => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        const texts: Text[] = []
        while (walker.nextNode()) texts.push(walker.currentNode as Text)
        texts.forEach(translateOne)
      }
      translateAll()
      if (!observes) return
      new MutationObserver(translateAll).observe(document.body, {
        childList: true,
        characterData: true,
        subtree: true,
      })
    },
    [manner, stays] as const,
  )
}
