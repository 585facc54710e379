import { languageNames, languages, useStrings } from '@parley/react'
import { useId } from 'react'

import { browserLanguage, chooseLanguage, useChosenLanguage } from './language'

/** Each language by its own name, so that people find theirs on a page that they can't read. */
export function LanguageChoice() {
  const { app } = useStrings()
  const chosen = useChosenLanguage()
  const id = useId()
  return (
    <div className="choice">
      <label htmlFor={id}>{app.language}</label>
      <select
        id={id}
        className="select"
        value={chosen ?? ''}
        onChange={({ target }) =>
          chooseLanguage(languages.find((one) => one === target.value) ?? null)
        }
      >
        <option value="">{app.languageOfBrowser(languageNames[browserLanguage()])}</option>
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {languageNames[one]}
          </option>
        ))}
      </select>
    </div>
  )
}
