// The app in React's strict mode, where every effect runs twice: no device or socket is opened
// twice.
import { expect, it } from 'vitest'
import { DevServer } from './support/devServer'
import { hangUp, Stage, talk } from './support/stage'

const stage = Stage.open()

it(
  'J05: mounting everything twice makes one socket and one connection',
  { timeout: 120_000 },
  async (test) => {
    const dev = await DevServer.start()
    test.onTestFinished(async () => dev.stop())
    const ada = await stage.person(test, 'Ada', dev.url, {})
    const bea = await stage.person(test, 'Bea', dev.url, {})
    for (const person of [ada, bea]) {
      expect((await person.held()).sockets).toBe(1)
      expect(await person.opened()).toEqual({ sockets: 1, connections: 0 })
    }
    await talk(ada, bea, 'video')
    for (const person of [ada, bea]) {
      expect(await person.opened()).toEqual({ sockets: 1, connections: 1 })
      expect(await person.asked()).toBeLessThanOrEqual(2)
      await expect.poll(() => person.captures()).toEqual(['camera', 'microphone'])
    }
    await hangUp(ada, bea)
    for (const person of [ada, bea]) {
      expect(person.complaints).toEqual([])
      expect(await person.opened()).toEqual({ sockets: 1, connections: 1 })
    }
  },
)
