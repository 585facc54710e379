import { StringsContext, en, loadStrings, type Strings } from '@parley/react'
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react'

import { browserLanguage, useChosenLanguage } from './language'

/** Has everything inside speak the person's language, and tells the browser which it is. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const language = useChosenLanguage() ?? browserLanguage()
  const [strings, setStrings] = useState<Strings | null>(language === 'en' ? en : null)

  useEffect(() => {
    let wanted = true
    loadStrings(language).then(
      (loaded) => wanted && setStrings(loaded),
      // A page in the wrong language is better than none.
      () => wanted && setStrings((last) => last ?? en),
    )
    return () => {
      wanted = false
    }
  }, [language])

  useLayoutEffect(() => {
    if (!strings) return
    document.documentElement.lang = strings.locale
    document.documentElement.dir = strings.direction
  }, [strings])

  // Nothing for a moment, rather than a page that changes its language while it is being read.
  return strings && <StringsContext value={strings}>{children}</StringsContext>
}
