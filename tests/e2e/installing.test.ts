// What a browser needs before it offers to install the app.
import { describe, expect, it } from 'vitest'
import { Stage } from './support/stage'

const stage = Stage.open()

describe('the app', () => {
  it('can be installed, with a name, icons and shortcuts', async (test) => {
    const ada = await stage.person(test, 'Ada')
    const devTools = await ada.page.context().newCDPSession(ada.page)
    const { data, errors } = await devTools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    const manifest = JSON.parse(data ?? '') as {
      name: string
      icons: readonly { src: string }[]
      shortcuts: readonly { url: string }[]
    }
    expect(manifest.name).toBe('Parley')
    for (const path of [...manifest.icons.map(({ src }) => src), '/icons/touch-180.png']) {
      const icon = await fetch(new URL(path, stage.server.url))
      expect([icon.status, icon.headers.get('content-type')], path).toEqual([200, 'image/png'])
    }
    expect(manifest.shortcuts.map(({ url }) => url)).toEqual(['/#/people', '/#/history'])

    const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors')
    // The browser of the tests keeps nothing, as a private window does.
    const hindrances = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')
    expect(hindrances).toEqual([])
    expect(ada.complaints).toEqual([])
  })
})
