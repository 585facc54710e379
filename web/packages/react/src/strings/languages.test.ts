import { errorCodes } from '../../../client/src/generated/errors'
import { beforeAll, describe, expect, it } from 'vitest'

import { en } from './en'
import { languageNames, languages, loadStrings, preferredLanguage } from './languages'
import type { Strings } from './types'

const catalogues = new Map<string, Strings>([['en', en]])
const others = languages.filter((language) => language !== 'en')

beforeAll(async () => {
  for (const language of languages) catalogues.set(language, await loadStrings(language))
})

describe('the language', () => {
  it.each<[readonly string[], string]>([
    [['de-AT', 'en'], 'de'],
    [['fr', 'ar-MA', 'de'], 'ar'],
    [['EN-gb'], 'en'],
    [['ja'], 'en'],
    [[], 'en'],
    // A longer name that begins alike is another language.
    [['arn', 'den'], 'en'],
  ])('for a person who reads %j is %s', (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language)
  })

  it.each(languages)('%s says what it is and which way it runs', (language) => {
    const { locale, direction } = catalogues.get(language)!
    expect(locale).toBe(language)
    expect(direction).toBe(language === 'ar' ? 'rtl' : 'ltr')
    expect(languageNames[language]).toMatch(/^\p{L}+$/u)
  })
})

describe.each(others)('the catalogue %s', (language) => {
  it('has the same places as English, none of them empty or left in English', () => {
    const texts = textsOf(catalogues.get(language)!)
    const english = textsOf(en)
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
    const same = new Set(['call.dialShort.video', 'app.themes.system', 'app.online', 'app.offline'])
    for (const [path, text] of texts) {
      expect(text.trim() === '' && !path.endsWith('durationJoint'), path).toBe(false)
      if (text.length > 8 && !same.has(path)) expect(text, path).not.toBe(english.get(path))
    }
  })

  it('names every failure, and never by its code', () => {
    const { errors } = catalogues.get(language)!
    for (const code of errorCodes) {
      expect(errors[code].sentence).toMatch(/\p{L}.*[.]$/u)
      expect(errors[code].nextStep).toMatch(/\p{L}.*[.]$/u)
      expect(`${errors[code].sentence} ${errors[code].nextStep}`).not.toContain('/')
    }
  })

  it('keeps every name that it is given', () => {
    const { call, app } = catalogues.get(language)!
    const texts = [
      call.dial.audio('Bea'),
      call.dial.video('Bea'),
      call.incomingAnnouncement.audio('Bea'),
      call.incomingAnnouncement.video('Bea'),
      call.incomingTitle('Bea', 'Parley'),
      call.answerHolds('Bea'),
      call.callWith('Bea'),
      call.switchToName('Bea'),
      call.hangUpName('Bea'),
      call.mutedReceived('Bea'),
      call.cameraOffReceived('Bea'),
      call.screenOf('Bea'),
      call.substitute.microphone.named('Bea'),
      call.substitute.camera.named('Bea'),
      app.settingsFor('Bea'),
      app.detailsOf('Bea'),
    ]
    for (const text of texts) expect(text).toContain('Bea')
  })

  it('says on a button what is written on it', () => {
    // WCAG 2.5.3: who speaks to the page says what can be read.
    const { call } = catalogues.get(language)!
    for (const kind of ['audio', 'video'] as const) {
      expect(call.dial[kind]('Bea').toLowerCase()).toContain(call.dialShort[kind].toLowerCase())
    }
    expect(call.switchToName('Bea')).toContain(call.switchTo)
    expect(call.stopSharingName).toContain(call.stopSharing)
  })
})

describe('numbers', () => {
  it('have the form that the language has for them', () => {
    const people = (language: string) => {
      const { peopleFound } = catalogues.get(language)!.app
      return [0, 1, 2, 5, 11, 100].map((count) => latin(peopleFound(count)))
    }
    expect(people('en').slice(0, 2)).toEqual(['0 people found', '1 person found'])
    expect(people('de').slice(1, 3)).toEqual(['1 Person gefunden', '2 Personen gefunden'])
    expect(people('ar')).toEqual([
      'لم يُعثر على أحد',
      'عُثر على شخص واحد',
      'عُثر على شخصين',
      'عُثر على 5 أشخاص',
      'عُثر على 11 شخصًا',
      'عُثر على 100 شخص',
    ])
  })
})

/** Every text by its path; functions are asked with something that fits. */
function textsOf(strings: Strings): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') {
      found.set(path, String((value as (...given: unknown[]) => unknown)(3, 'Parley')))
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (key !== 'class' && key !== 'retry') visit(inner, path === '' ? key : `${path}.${key}`)
      }
    }
  }
  visit({ call: strings.call, app: strings.app, errors: strings.errors }, '')
  return found
}

function latin(text: string): string {
  return text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
}
