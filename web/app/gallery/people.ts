// The people of the gallery.
import type {
  CallId,
  CallRecord,
  Direction,
  EndReason,
  ListedPerson,
  MediaKind,
  Party,
  SignInRecord,
  UserId,
} from '@parley/client'

export function person(user: string, name: string): Party {
  return { user: user as UserId, name }
}

export const me = person('sam', 'Sam Okafor')
export const ada = person('ada', 'Ada Lovelace')
export const li = person('wen.li', '李文')
export const noor = person('noor', 'نور الهدى حسين')

export const people: readonly Party[] = [
  ada,
  person('b.moreau', 'Benoît Moreau'),
  li,
  noor,
  person('grace', 'Grace Hopper'),
  person('jonas', 'Jónas Þórsson'),
  person('priya', 'Priya Raghunathan-Fitzgerald of the Northern Counties'),
  me,
]

/** Names that try to break the layout. */
export const nuisances: readonly Party[] = [
  person('markup', '<img src=x onerror=alert(1)><b>Bold</b>'),
  person('bidi', '\u202Egnikcart\u202C \u2067right\u2069 override'),
  person(
    'zalgo',
    'Z\u0351\u036B\u0343\u036A\u0302\u0363\u035B\u0366\u0332\u035Aa\u030D\u0314\u0343\u0368lgo',
  ),
  person('long', 'Wolfeschlegelsteinhausenbergerdorff '.repeat(280)),
  person('nospace', 'A'.repeat(10_000)),
  person('invisible', '\u200B\u2060\u3164'),
  person('emoji', '👩‍🚀 Astro 👨‍👩‍👧‍👦'),
  person('a-user-name-of-sixty-four-characters-which-is-as-long-as-it-gets0', 'Long user name'),
]

let serial = 0

/** A call that began this many minutes before `now`. */
export function record(
  peer: Party,
  direction: Direction,
  reason: EndReason,
  options: {
    minutesAgo: number
    kind?: MediaKind
    lastedSeconds?: number
    more?: Partial<CallRecord>
  },
): CallRecord {
  const { minutesAgo, kind = 'audio', lastedSeconds, more } = options
  const invited = NOON - minutesAgo * 60_000
  const lasted = lastedSeconds === undefined ? undefined : lastedSeconds * 1000
  serial += 1
  return {
    call: `01890000-0000-7000-8000-${String(serial).padStart(12, '0')}` as CallId,
    direction,
    peer,
    kind,
    reason,
    invited_at_ms: invited,
    ringing_at_ms: invited + 300,
    ended_at_ms: invited + 12_000 + (lasted ?? 0),
    ...(lasted === undefined
      ? {}
      : { accepted_at_ms: invited + 11_400, connected_at_ms: invited + 12_000, lasted_ms: lasted }),
    ...more,
  }
}

const NOON = new Date().setHours(14, 32, 0, 0)

const day = 24 * 60

export const history: readonly CallRecord[] = [
  record(ada, 'outgoing', 'completed', {
    minutesAgo: 4,
    kind: 'video',
    lastedSeconds: 754,
    more: { ended_by: ada.user, my_rating: 'good' },
  }),
  record(li, 'incoming', 'no_answer', { minutesAgo: 51 }),
  record(noor, 'incoming', 'completed', { minutesAgo: 95, lastedSeconds: 61 }),
  record(people[4] ?? ada, 'outgoing', 'busy', { minutesAgo: 122 }),
  record(ada, 'incoming', 'declined', { minutesAgo: 190, kind: 'video' }),
  record(people[1] ?? ada, 'outgoing', 'failed', {
    minutesAgo: day + 20,
    kind: 'video',
    more: { failure: 'connection/no-media-path' },
  }),
  record(people[6] ?? ada, 'incoming', 'cancelled', { minutesAgo: day + 200 }),
  record(ada, 'incoming', 'answered_elsewhere', { minutesAgo: day + 260 }),
  record(people[5] ?? ada, 'outgoing', 'unreachable', { minutesAgo: 3 * day }),
  record(li, 'outgoing', 'declined', { minutesAgo: 3 * day + 50 }),
  record(li, 'outgoing', 'cancelled', { minutesAgo: 3 * day + 70, kind: 'video' }),
  record(noor, 'incoming', 'abandoned', { minutesAgo: 4 * day, lastedSeconds: 4210 }),
]

/** People on a list of contacts or blocked people. */
export function listed(...parties: readonly Party[]): readonly ListedPerson[] {
  return parties.map((party) => ({ ...party, since_ms: NOON - day * 60_000 }))
}

export const signIns: readonly SignInRecord[] = [
  signIn(1, 0, { software: 'Firefox', system: 'Linux', current: true, online: true }),
  signIn(2, 0, { software: 'Chrome', system: 'Android', online: true }),
  signIn(3, 95, { software: 'Safari', system: 'iOS' }),
  signIn(4, 12 * day, {
    software: 'A-browser-whose-name-fills-sixty-four-bytes-as-no-name-ever-should0',
  }),
  signIn(5, 40 * day, {}),
]

function signIn(number: number, minutesAgo: number, more: Partial<SignInRecord>): SignInRecord {
  const seen = NOON - minutesAgo * 60_000
  return {
    id: String(number).padStart(32, '0'),
    created_at_ms: seen - day * 60_000,
    last_seen_at_ms: seen,
    expires_at_ms: seen + 30 * day * 60_000,
    current: false,
    online: false,
    ...more,
  }
}
