// The conditions for screenshots: viewport, theme, language.

const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const narrow = { width: 320, height: 568 }

export const variants = [
  { name: 'desktop-light', viewport: desktop, scheme: 'light' },
  { name: 'desktop-dark', viewport: desktop, scheme: 'dark' },
  { name: 'phone-light', viewport: phone, scheme: 'light' },
  { name: 'phone-dark', viewport: phone, scheme: 'dark' },
  // German has long words; Arabic has another direction and other digits.
  { name: 'de-phone', viewport: phone, scheme: 'light', lang: 'de' },
  { name: 'ar-desktop', viewport: desktop, scheme: 'light', lang: 'ar' },
  { name: 'ar-phone', viewport: phone, scheme: 'dark', lang: 'ar' },
]

/** Harder conditions for a few scenes. */
export const hardVariants = [
  { name: 'large-text', viewport: desktop, scheme: 'light', text: 'large' },
  { name: 'large-text-phone', viewport: phone, scheme: 'light', text: 'large' },
  { name: 'landscape', viewport: { width: 844, height: 390 }, scheme: 'dark' },
  { name: 'narrow', viewport: narrow, scheme: 'light' },
  { name: 'de-narrow', viewport: narrow, scheme: 'dark', lang: 'de' },
]

export const hardScenes = new Set([
  'auth-sign-in-wrong',
  'auth-sign-up',
  'people',
  'people-menu',
  'people-block-failed',
  'people-settings',
  'history',
  'history-details',
  'history-details-block',
  'account',
  'account-password-wrong',
  'account-sign-ins',
  'devices-test',
  'devices-no-microphone',
  'incoming-video',
  'incoming-in-call',
  'incoming-block-failed',
  'call-ringing',
  'call-active-video',
  'call-active-both-broken',
  'call-asking-both',
  'call-menu-microphone',
  'call-menu-more',
  'call-muted-received',
  'call-notes-many',
  'call-peer-everything',
  'call-substitute-microphone',
  'call-two',
  'ended-completed',
  'ended-rated',
  'ended-no-answer',
  'screen-shown',
  'screen-both',
  'screen-own-by-ear',
  'small-active-video',
  'small-menu',
  'small-more',
  'small-screen-own',
])

const locales = { en: 'en-GB', de: 'de-DE', ar: 'ar-EG' }

/** The browser settings and the gallery address of a variant. */
export function conditionsOf({ viewport, scheme, lang = 'en', text }) {
  const query = new URLSearchParams({ lang, ...(text && { text }) })
  return {
    query: query.toString(),
    context: { viewport, colorScheme: scheme, reducedMotion: 'reduce', locale: locales[lang] },
  }
}

/**
 * Every scene once, each with another width, theme and language than the one before; some scenes a
 * second time under a hard condition. The shift changes the assignment.
 */
export function slice(scenes, shift) {
  const jobs = new Map()
  const add = (variant, scene) => {
    const job = jobs.get(variant) ?? []
    jobs.set(variant, [...job, scene])
  }
  const combinations = [desktop, phone].flatMap((viewport) =>
    ['light', 'dark'].flatMap((scheme) =>
      Object.keys(locales).map((lang) => ({
        name: `${lang}-${viewport === phone ? 'phone' : 'desktop'}-${scheme}`,
        viewport,
        scheme,
        lang,
      })),
    ),
  )
  scenes.forEach((scene, index) => add(turn(combinations, 5 * index + shift), scene))
  scenes
    .filter((scene) => hardScenes.has(scene))
    .forEach((scene, index) => add(turn(hardVariants, index + shift), scene))
  return [...jobs].map(([variant, names]) => ({ variant, scenes: names }))
}

function turn(list, index) {
  return list[index % list.length]
}
