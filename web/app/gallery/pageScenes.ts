// The pages of the app, without a call.
import { ok, refusal, type FakeServer } from './fakeServer'
import { changeCall, fill, press, scrollDown, submit } from './hands'
import { history, me, nuisances } from './people'
import { base, idle, server, view, type Scene, type Scenes } from './views'

const signedOut = view([], 'signed_out')

function door(route: 'people' | 'sign-up', answers: FakeServer, act?: () => Promise<void>): Scene {
  return {
    snapshot: signedOut,
    server: { ...server, ...answers },
    signedIn: false,
    route,
    ...(act ? { act } : {}),
  }
}

export const pageScenes: Scenes = {
  'door-sign-in': door('people', {}),
  'door-sign-in-closed': door('people', { server: ok({ sign_up: 'closed', version: '0.1.0' }) }),
  'door-sign-in-missing': door('people', {}, () => submit()),
  'door-sign-in-wrong': door(
    'people',
    { 'sign-in': refusal('account/wrong-credentials') },
    async () => {
      await fill('user', 'ada')
      await fill('password', 'wrong password')
      await submit()
    },
  ),
  'door-sign-in-busy': door('people', { 'sign-in': 'never' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'door-sign-in-offline': door('people', { 'sign-in': 'offline' }, async () => {
    await fill('user', 'ada')
    await fill('password', 'correct horse')
    await submit()
  }),
  'door-sign-up': door('sign-up', {}),
  'door-sign-up-invite': door('sign-up', { server: ok({ sign_up: 'invite', version: '0.1.0' }) }),
  'door-sign-up-closed': door('sign-up', { server: ok({ sign_up: 'closed', version: '0.1.0' }) }),
  'door-sign-up-taken': door('sign-up', { 'sign-up': refusal('account/name-taken') }, async () => {
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
  'history-loading': { ...idle, route: 'history', server: { ...server, calls: 'never' } },
  'history-empty': { ...idle, route: 'history', server: { ...server, calls: ok({ calls: [] }) } },
  'history-error': { ...idle, route: 'history', server: { ...server, calls: 'offline' } },

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
