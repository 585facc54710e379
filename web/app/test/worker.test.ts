// public/sw.js, which no bundler reads, in a worker of which a test controls everything.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'

const source = readFileSync(resolve(import.meta.dirname, '../public/sw.js'), 'utf8')

it('opens the app where it lies when nobody has it open', async () => {
  const { says, openWindow } = worker()
  await says('notificationclick', { notification: notification('k'), action: '' })
  expect(openWindow.mock.calls).toEqual([['https://example.org/parley/']])
})

it('closes what a page showed that goes away, and nothing of another page', async () => {
  const { says, shown } = worker()
  shown.push(notification('k'), notification('other'))
  await says('message', { data: { parley: 'close', tag: 'call', key: 'k' } })
  await says('message', { data: 'nonsense' })
  await says('message', { data: null })
  expect(shown.map(({ close }) => close.mock.calls.length)).toEqual([1, 0])
})

function notification(key: string) {
  return { data: { parley: 'notification', key }, close: vi.fn() }
}

function worker() {
  const listeners = new Map<string, (event: object) => void>()
  const shown: ReturnType<typeof notification>[] = []
  const openWindow = vi.fn(async (url: string) => url)
  const self = {
    addEventListener: (type: string, listener: (event: object) => void) =>
      listeners.set(type, listener),
    registration: { scope: 'https://example.org/parley/', getNotifications: async () => shown },
    clients: { matchAll: async () => [], openWindow },
  }
  // At once: its patience is not what is tested here.
  const wait = (fire: () => void) => setTimeout(fire)
  runInNewContext(source, { self, setTimeout: wait })
  const says = async (type: string, event: object) => {
    let done: Promise<unknown> | undefined
    const waitUntil = (promise: Promise<unknown>) => (done = promise)
    listeners.get(type)?.({ ...event, waitUntil })
    await done
  }
  return { says, shown, openWindow }
}
