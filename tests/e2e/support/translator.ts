// Changes a page as the translators of browsers do: each text goes into two new elements.
import type { Page } from 'playwright-core'

/** Whether the text node itself moves into the new elements, or a copy replaces it. */
export type Manner = 'wraps' | 'replaces'

/** Translates the current text, and with `stays` also text that appears later. */
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
