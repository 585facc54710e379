import type { Party } from '@parley/client'
import { describe, expect, it } from 'vitest'

import { displayName, hueOf, initials, isolatedName, nameInSentence } from './names'

const named = (name: string, user = 'user'): Party => ({ user: user as never, name })

describe('displayName', () => {
  it.each([
    ['keeps a plain name', 'Ada Lovelace', 'Ada Lovelace'],
    ['leaves other scripts alone', 'نور الهدى 李文', 'نور الهدى 李文'],
    ['leaves markup as text', '<b>Bold</b>', '<b>Bold</b>'],
    ['takes out what turns the text around', '\u202Eevil\u202C \u2067x\u2069', 'evil x'],
    ['takes out controls and line breaks', 'a\u0000b\nc\u2028d', 'a b c d'],
    ['takes out what nobody sees', '\u200B\uFEFFAda\u00AD', 'Ada'],
    ['keeps what emoji are joined with', '👩‍🚀', '👩‍🚀'],
    ['keeps accents', 'Jónas Þórsson', 'Jónas Þórsson'],
    [
      'keeps a few marks and no pile of them',
      'a\u0301\u0302\u0303\u0304\u0305\u0306b',
      'á\u0302\u0303b'.normalize('NFD'),
    ],
    ['takes out half a character', 'a\uD83Db', 'a b'],
  ])('%s', (_, name, shown) => {
    expect(displayName(named(name))).toBe(shown)
  })

  it('falls back to the account if the name is invisible', () => {
    expect(displayName(named(' \u200B\u2060', 'ada'))).toBe('ada')
    expect(displayName(named('', ''))).toBe('?')
  })

  it('cuts ten kilobytes to one line', () => {
    const shown = displayName(named('x'.repeat(10_240)))
    expect(shown).toHaveLength(81)
    expect(shown.endsWith('…')).toBe(true)
    expect(displayName(named('e\u0301'.repeat(10_240))).length).toBeLessThan(250)
  })

  it('cuts between characters', () => {
    expect(displayName(named('👩‍🚀'.repeat(100)))).toBe(`${'👩‍🚀'.repeat(80)}…`)
  })

  it('is shorter in a sentence, and isolates its direction', () => {
    expect(nameInSentence(named('x'.repeat(200)))).toHaveLength(49)
    expect(isolatedName(named('نور'))).toBe('\u2068نور\u2069')
  })
})

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Ada King Countess of Lovelace', 'AL'],
    ['李文', '李'],
    ['b.moreau', 'BM'],
    ['<img src=x>', 'S'],
    ['👩‍🚀 Astro', '👩‍🚀A'],
    ['---', ''],
    ['ß straße', 'SSS'],
  ])('of %s are %s', (name, letters) => {
    expect(initials(named(name), 'en')).toBe(letters)
  })
})

describe('hueOf', () => {
  it('is one of eight hues, evenly distributed and always the same', () => {
    const counts = new Map<number, number>()
    for (let index = 0; index < 4000; index += 1) {
      const party = named('', `user${index}`)
      const hue = hueOf(party)
      expect(hueOf(party)).toBe(hue)
      counts.set(hue, (counts.get(hue) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(Math.min(...counts.values())).toBeGreaterThan(300)
  })
})
