// Modern Standard Arabic. Buttons are verbal nouns and people are "the other side", so that nobody is
// addressed as somebody else.
import type { Strings } from './types'
import { app } from './ar/app'
import { call } from './ar/call'
import { errors } from './ar/errors'

export const ar: Strings = { locale: 'ar', direction: 'rtl', product: 'Parley', call, app, errors }
