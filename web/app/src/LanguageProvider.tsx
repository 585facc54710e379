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
  /** Loads the texts of a language. */
  readonly load?: (language: Language) => Promise<Strings>
  readonly children: ReactNode
}

/**
 * Gives the texts of the person's language to everything inside, and sets `lang` and `dir` of the
 * page.
 */
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
        // A page in the wrong language is better than no page.
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

  // Renders nothing for a moment, so that the page does not change its language while it is read.
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

/** An old page asks a new server for files that are gone; only a reload helps. */
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
