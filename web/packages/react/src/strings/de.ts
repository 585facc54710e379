// German, formal: people are addressed as "Sie".
import type { Strings } from './types'
import { app } from './de/app'
import { call } from './de/call'
import { errors } from './de/errors'

export const de: Strings = { locale: 'de', direction: 'ltr', product: 'Parley', call, app, errors }
