// Words that go with a number. Which forms a language has, and when it uses which, is known to Intl.
import { numberText } from './regional'

/**
 * Makes texts that have a number in them, from all the forms their language needs. `#` stands for the
 * number, written as people there write it.
 */
export function plurals<Needed extends Intl.LDMLPluralRule>(locale: string) {
  const rules = new Intl.PluralRules(locale)
  return (forms: Readonly<Record<Needed, string>>) =>
    (count: number): string =>
      forms[rules.select(count) as Needed].replace('#', numberText(count, locale))
}
