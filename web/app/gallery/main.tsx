// Shows one scene (?scene=name), or a list of all. For development and tests; it is not part of the
// production build.
import type { Notifier } from '@parley/client'
import {
  ParleyProvider,
  StringsContext,
  languages,
  loadStrings,
  preferredLanguage,
  type ParleyState,
} from '@parley/react'
import type { ReactElement } from 'react'
import { createRoot } from 'react-dom/client'

import { Pages } from '../src/App'
import { BrokenScreen } from '../src/CrashScreen'
import { NotifierContext } from '../src/notifications'
import '../src/styles/app.css'
import { setToken } from '../src/token'
import { Elements, Notes } from './Elements'
import { createFakePhone } from './fakePhone'
import { installFakeServer } from './fakeServer'
import './gallery.css'
import { ParleyContext } from '../../packages/react/src/parleyContext'
import { onCallChange } from './pageActions'
import { scenes } from './scenes'
import type { Scene } from './views'

const query = new URLSearchParams(location.search)
const element = document.getElementById('app')
if (!element) throw new Error('The page has no element to draw in.')
const root = createRoot(element)

const { documentElement } = document
const theme = query.get('theme')
if (theme !== null) documentElement.dataset.theme = theme
if (query.get('text') === 'large') documentElement.classList.add('gallery-large-text')

/** Like a browser that has not asked for permission yet. */
const fakeNotifier: Notifier = {
  state: () => 'default',
  ask: () => Promise.resolve('default'),
  show: () => () => undefined,
  subscribe: () => () => undefined,
}

const name = query.get('scene')
const scene = name === null ? undefined : scenes[name]
if (scene) void show(scene)
else list()

function list(): void {
  root.render(
    <main className="gallery-list">
      <h1>Gallery</h1>
      <ul>
        {Object.keys(scenes).map((one) => (
          <li key={one}>
            <a href={`?scene=${one}`}>{one}</a>{' '}
            {languages.map((lang) => (
              <a
                key={lang}
                className="gallery-language"
                href={`?scene=${one}&lang=${lang}`}
                hrefLang={lang}
              >
                {lang}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </main>,
  )
}

async function show(shown: Scene): Promise<void> {
  const strings = await loadStrings(preferredLanguage([query.get('lang') ?? 'en']))
  documentElement.lang = strings.locale
  documentElement.dir = query.get('dir') ?? strings.direction
  installFakeServer(shown.server)
  setToken(shown.signedIn ? { token: 'gallery', user: 'sam' } : null)
  history.replaceState(null, '', `#/${shown.route}`)

  const phone = createFakePhone(shown)
  const store = phone as { snapshot: typeof phone.snapshot }
  onCallChange((call) => {
    store.snapshot = { ...store.snapshot, view: { ...store.snapshot.view, calls: [call] } }
    // Any action of the fake phone calls its listeners.
    phone.enableSound()
  })
  root.render(
    <StringsContext value={strings}>
      <NotifierContext value={fakeNotifier}>
        <ParleyProvider parley={phone}>{content(shown)}</ParleyProvider>
      </NotifierContext>
    </StringsContext>,
  )
  await shown.act?.()
  await new Promise((resolve) => setTimeout(resolve, 350))
  documentElement.dataset.ready = 'true'
}

function content({ special = 'pages' }: Scene): ReactElement {
  switch (special) {
    case 'crash':
      return <BrokenScreen error={new RangeError('index 7 of an array of 3')} />
    case 'load-failed':
      return withState({
        status: 'failed',
        error: new Error('core.wasm: 404 Not Found'),
        retry: () => undefined,
      })
    case 'loading':
      return withState({ status: 'loading' })
    case 'elements':
      return <Elements />
    case 'notes':
      return <Notes />
    case 'pages':
      return <Pages />
  }
}

function withState(state: ParleyState) {
  return (
    <ParleyContext value={state}>
      <Pages />
    </ParleyContext>
  )
}
