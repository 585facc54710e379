import { createContext, useContext } from 'react'

import { en } from './en'
import type { Strings } from './types'

/** Put another catalogue around Parley's components to have them speak another language. */
export const StringsContext = createContext<Strings>(en)

export function useStrings(): Strings {
  return useContext(StringsContext)
}
