import {
  Note,
  StringsContext,
  en,
  languageNames,
  loadStrings,
  useStrings,
  type Language,
  type Strings,
} from '@parley/react'
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react'

import { browserLanguage, useChosenLanguage } from './language'

type LanguageProviderProps = {
  /** Where the words come from. */
  readonly load?: (language: Language) => Promise<Strings>
  readonly children: ReactNode
}

/** Has everything inside speak the person's language, and tells the browser which it is. */
export function LanguageProvider({ load = loadStrings, children }: LanguageProviderProps) {
  const language = useChosenLanguage() ?? browserLanguage()
  const [strings, setStrings] = useState<Strings | null>(language === 'en' ? en : null)

  const [failed, setFailed] = useState<Language | null>(null)

  useEffect(() => {
    let wanted = true
    load(language).then(
      (loaded) => {
        if (!wanted) return
        setStrings(loaded)
        setFailed(null)
      },
      () => {
        if (!wanted) return
        // A page in the wrong language is better than none.
        setStrings((last) => last ?? en)
        setFailed(language)
      },
    )
    return () => {
      wanted = false
    }
  }, [language, load])

  useLayoutEffect(() => {
    if (!strings) return
    document.documentElement.lang = strings.locale
    document.documentElement.dir = strings.direction
  }, [strings])

  // Nothing for a moment, rather than a page that changes its language while it is being read.
  return (
    strings && (
      <StringsContext value={strings}>
        {failed !== null && <FailedLanguage language={failed} onHide={() => setFailed(null)} />}
        {children}
      </StringsContext>
    )
  )
}

type FailedLanguageProps = { readonly language: Language; readonly onHide: () => void }

/** An old page asks a new server for files that are gone; only a page that is loaded anew gets others. */
function FailedLanguage({ language, onHide }: FailedLanguageProps) {
  const { app } = useStrings()
  return (
    <div className="page-problem">
      <Note
        icon="alert"
        tone="danger"
        announce="alert"
        title={app.languageFailed(languageNames[language])}
        detail={app.languageFailedDetail}
        retryLabel={app.reload}
        onRetry={() => location.reload()}
        onHide={onHide}
      />
    </div>
  )
}
