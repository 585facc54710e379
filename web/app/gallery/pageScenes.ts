// Scenes of the app's pages without a call.
import { ok, refusal, type FakeServer } from './fakeServer'
import { changeCall, fill, find, press, scrollDown, scrollTo, submit } from './pageActions'
import { ada, history, li, listed, me, noor, nuisances, people, signIns } from './people'
import { base, idle, server, view, type Scene, type Scenes } from './views'

const signedOut = view([], 'signed_out')

function auth(
  route: 'people' | `sign-up${string}`,
  answers: FakeServer,
  act?: () => Promise<void>,
): Scene {
  return {
    snapshot: signedOut,
    server: { ...server, ...answers },
    signedIn: false,
    route,
    ...(act ? { act } : {}),
  }
}

/** The menu of the first person, who is online. */
const firstMenu = '.row .row-menu'
const blockEntry = '[role=menuitem]:last-child'
const confirmBlock = '.parley-block-actions .parley-button-danger'

const knownPeople: FakeServer = {
  ...server,
  blocked: ok({ people: listed(li) }),
  contacts: ok({ people: listed(ada, noor) }),
}

async function askToBlock(): Promise<void> {
  await press(firstMenu)
  await press(blockEntry)
}

const account: Scene = { ...idle, route: 'account', server: knownPeople }

const invited: FakeServer = {
  ...server,
  invitations: ok({
    invitations: [1, 2].map((n) => ({
      id: `i${String(n)}`,
      created_at_ms: Date.now() - n * 86_400_000,
      expires_at_ms: Date.now() + (7 - n) * 86_400_000,
    })),
  }),
  'POST invitations': ok({
    id: 'i0',
    invitation: '54yyy-7vvyu-6q5dz-jgfy7',
    expires_at_ms: Date.now() + 7 * 86_400_000,
  }),
}

const makeLink = () => press('.account .parley-button-primary')

async function changePassword(): Promise<void> {
  await fill('current', 'correct horse')
  await fill('new', 'battery staple')
  await press('.form button[type=submit]')
  await scrollTo('.account-section:has(form)')
}

export const pageScenes: Scenes = {
  'auth-sign-in': auth('people', {}),
  'auth-sign-in-closed': auth('people', {
    server: ok({ sign_up: 'closed', first_account: 'made', users_invite: false, version: '0.1.0' }),
  }),
  'auth-first-account': auth('people', {
    server: ok({ sign_up: 'open', first_account: 'yours', users_invite: true, version: '0.1.0' }),
  }),
  'auth-no-accounts': auth('people', {
    server: ok({
      sign_up: 'invite',
      first_account: 'by_operator',
      users_invite: true,
      version: '0.1.0',
    }),
  }),
  'auth-sign-in-missing': auth('people', {}, () => submit()),
  'auth-sign-in-wrong': auth(
    'people',
    { 'sign-in': refusal('account/wrong-credentials') },
    async () => {
      await fill('user', 'ada')
      await fill('password', 'wrong password')
      await submit()
    },
  ),
  'auth-sign-in-busy': auth('people', { 'sign-in': 'never' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'auth-sign-in-offline': auth('people', { 'sign-in': 'offline' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'auth-sign-up': auth('sign-up', {}),
  'auth-sign-up-invite': auth('sign-up', {
    server: ok({ sign_up: 'invite', first_account: 'made', users_invite: true, version: '0.1.0' }),
  }),
  'auth-sign-up-invited': auth('sign-up/54yyy-7vvyu-6q5dz-jgfy7', {}),
  'auth-sign-up-closed': auth('sign-up', {
    server: ok({ sign_up: 'closed', first_account: 'made', users_invite: false, version: '0.1.0' }),
  }),
  'auth-sign-up-taken': auth('sign-up', { 'sign-up': refusal('account/name-taken') }, async () => {
    await fill('name', 'Ada Lovelace')
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),

  people: idle,
  'people-loading': { ...idle, server: { ...server, people: 'never' } },
  'people-empty': { ...idle, server: { ...server, people: ok({ people: [me] }) } },
  'people-error': { ...idle, server: { ...server, people: 'offline' } },
  'people-none-found': {
    ...idle,
    server: { ...server, people: ok({ people: [] }) },
    act: () => fill('', 'zebedee'),
  },
  'people-nuisances': { ...idle, server: { ...server, people: ok({ people: nuisances }) } },
  'people-connecting': { ...idle, snapshot: view([], 'connecting') },
  'people-reconnecting': { ...idle, snapshot: view([], 'reconnecting') },
  'people-replaced': {
    ...idle,
    snapshot: {
      ...view(),
      view: { ...view().view, session: 'refused', problem: 'server/session-replaced' },
    },
  },
  'people-may-notify': {
    ...idle,
    act: async () => {
      await changeCall({ ...base, direction: 'incoming', phase: 'incoming' })
      await changeCall({ ...base, direction: 'incoming', phase: 'ended', reason: 'cancelled' })
      await press('.parley-ended-actions button:last-child')
    },
  },
  'people-missed': {
    ...idle,
    act: async () => {
      localStorage.setItem(`parley.history-seen.${me.user}`, '0')
      await changeCall({ ...base, direction: 'incoming', phase: 'incoming' })
      await changeCall({ ...base, direction: 'incoming', phase: 'ended', reason: 'cancelled' })
      await press('.parley-ended-actions button:last-child')
      await find('.nav-badge')
    },
  },
  'people-known': { ...idle, server: knownPeople },
  'people-menu': { ...idle, act: () => press(firstMenu) },
  'people-menu-last': {
    ...idle,
    server: knownPeople,
    act: async () => {
      await find('.row')
      window.scrollTo(0, document.body.scrollHeight)
      await press('.row:last-child .row-menu')
    },
  },
  'people-block': { ...idle, act: askToBlock },
  'people-block-nuisance': {
    ...idle,
    server: { ...server, people: ok({ people: nuisances }) },
    act: async () => {
      await press('.row:nth-child(4) .row-menu')
      await press(blockEntry)
      await scrollTo('.row:nth-child(4)')
    },
  },
  'people-block-failed': {
    ...idle,
    server: { ...server, [`PUT blocked/${ada.user}`]: refusal('account/list-full') },
    act: async () => {
      await askToBlock()
      await press(confirmBlock)
    },
  },
  'people-contact-failed': {
    ...idle,
    act: async () => {
      await press(firstMenu)
      await press('[role=menuitem]')
    },
  },
  invite: { ...idle, route: 'invite' },
  'invite-made': { ...idle, route: 'invite', server: invited, act: makeLink },
  'invite-full': {
    ...idle,
    route: 'invite',
    server: { ...invited, 'POST invitations': refusal('account/list-full') },
    act: makeLink,
  },
  'invite-error': { ...idle, route: 'invite', server: { ...server, invitations: 'offline' } },
  'people-settings': { ...idle, act: () => press('.settings-opener') },

  history: { ...idle, route: 'history' },
  'history-end': {
    ...idle,
    route: 'history',
    server: { ...server, calls: ok({ calls: history.slice(0, 12) }) },
    act: scrollDown,
  },
  'history-missed': {
    ...idle,
    route: 'history',
    act: () => press('.content .segment:nth-child(2) input'),
  },
  'history-none-missed': {
    ...idle,
    route: 'history',
    server: { ...server, calls: ok({ calls: history.slice(0, 1) }) },
    act: () => press('.content .segment:nth-child(2) input'),
  },
  'history-details': {
    ...idle,
    route: 'history',
    act: () => press('.row-opener'),
  },
  'history-details-failed': {
    ...idle,
    route: 'history',
    act: () => press('.day + .day .row-opener'),
  },
  'history-details-block': {
    ...idle,
    route: 'history',
    act: async () => {
      await press('.row-opener')
      await press('.row-calls button:last-child')
      await scrollTo('.row-calls')
    },
  },
  'history-details-known': {
    ...idle,
    route: 'history',
    server: { ...knownPeople, blocked: ok({ people: listed(ada) }) },
    act: () => press('.row-opener'),
  },
  'history-loading': { ...idle, route: 'history', server: { ...server, calls: 'never' } },
  'history-empty': { ...idle, route: 'history', server: { ...server, calls: ok({ calls: [] }) } },
  'history-error': { ...idle, route: 'history', server: { ...server, calls: 'offline' } },

  account,
  'account-loading': {
    ...account,
    server: {
      ...server,
      settings: 'never',
      blocked: 'never',
      contacts: 'never',
      sessions: 'never',
    },
  },
  'account-error': {
    ...account,
    server: {
      ...server,
      settings: 'offline',
      blocked: 'offline',
      contacts: 'offline',
      sessions: 'offline',
    },
  },
  'account-nobody': { ...account, server },
  'account-blocked': {
    ...account,
    server: { ...server, blocked: ok({ people: listed(...people.slice(0, 4), ...nuisances) }) },
    act: () => scrollTo('.account-section:nth-child(3)'),
  },
  'account-unblock-failed': {
    ...account,
    act: async () => {
      await press('.account-section:nth-child(3) .row button')
      await scrollTo('.account-section:nth-child(3)')
    },
  },
  'account-password-wrong': {
    ...account,
    server: { ...knownPeople, password: refusal('account/wrong-credentials', 'current') },
    act: changePassword,
  },
  'account-password-changed': {
    ...account,
    server: { ...knownPeople, password: ok({}) },
    act: changePassword,
  },
  'account-one-sign-in': { ...account, act: () => scrollTo('.account-section:last-child') },
  'account-sign-ins': {
    ...account,
    server: { ...knownPeople, sessions: ok({ sessions: signIns }) },
    act: () => scrollTo('.account-section:last-child'),
  },

  devices: { ...idle, route: 'devices' },
  'devices-test': { ...idle, route: 'devices', act: () => press('.devices-preview button') },

  'devices-no-microphone': { ...idle, route: 'devices', devices: 'none', act: startTest },
  'devices-broken': { ...idle, route: 'devices', devices: 'broken', act: startTest },
  'devices-silent': { ...idle, route: 'devices', devices: 'silent', act: startTest },

  crash: { ...idle, special: 'crash' },
  'load-failed': { ...idle, special: 'load-failed' },
  loading: { ...idle, special: 'loading' },
  elements: { ...idle, special: 'elements' },
  notes: { ...idle, special: 'notes' },
}

function startTest(): Promise<void> {
  return press('.devices-preview button')
}
