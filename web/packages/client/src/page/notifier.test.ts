import { describe, expect, it, vi } from 'vitest'

import { createNotifier, type CallNotification, type NotifierBrowser } from './notifier'

const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('notifications', () => {
  it('ask for permission on request, and report its state', async () => {
    const { notifier, FakeNotification } = browser({ permission: 'default' })
    const listener = vi.fn()
    notifier.subscribe(listener)
    expect(notifier.state()).toBe('default')
    FakeNotification.answer = 'granted'
    expect(await notifier.ask()).toBe('granted')
    expect(listener).toHaveBeenCalledTimes(1)
  })

  it.each(['default', 'denied'] as const)('are not shown while they are %s', async (permission) => {
    const { notifier, worker, FakeNotification } = browser({ permission })
    notifier.show(call())()
    await settled()
    expect(worker.shown).toEqual([])
    expect(FakeNotification.made).toEqual([])
  })

  it('need a browser that has them', async () => {
    const notifier = createNotifier({ ...browser({}).parts, Notification: undefined })
    expect(notifier.state()).toBe('unsupported')
    expect(await notifier.ask()).toBe('unsupported')
    notifier.show(call())()
  })

  it('have buttons if there is a worker, and close when the ringing stops', async () => {
    const { notifier, worker } = browser({})
    const close = notifier.show(call())
    await settled()
    expect(worker.shown).toMatchObject([
      { title: 'Bea', options: { body: 'Incoming call', tag: 'call', actions: [{}, {}] } },
    ])
    close()
    await settled()
    expect(worker.shown[0]?.closed).toBe(true)
  })

  it('close also when the ringing stops before they are shown', async () => {
    const { notifier, worker } = browser({})
    notifier.show(call())()
    await settled()
    expect(worker.shown.filter(({ closed }) => !closed)).toEqual([])
  })

  it('keep another tab’s notification of the same call', async () => {
    const { notifier, worker } = browser({})
    const close = notifier.show(call())
    await settled()
    notifier.show(call())
    await settled()
    close()
    await settled()
    expect(worker.shown.map(({ closed }) => closed)).toEqual([true, false])
  })

  it('close with the page', async () => {
    const { notifier, worker, leave } = browser({})
    notifier.show(call())
    await settled()
    const { key } = worker.shown[0]!.options.data as { key: string }
    leave()
    // The page may end before it can close the notification itself.
    expect(worker.told).toEqual([{ parley: 'close', tag: 'call', key }])
    await settled()
    expect(worker.shown[0]?.closed).toBe(true)
    const here = browser({ worker: false })
    here.notifier.show(call())
    await settled()
    here.leave()
    expect(here.FakeNotification.made[0]?.closed).toBe(true)
  })

  it('of a dead page are closed by the next page, those of a living page are kept', async () => {
    const { notifier, worker, parts, die } = browser({})
    notifier.show(call())
    await settled()
    const foreign = { data: { key: 'k' }, closed: false, close: () => undefined }
    worker.shown.push({ title: '', options: {}, ...foreign })
    createNotifier(parts)
    await settled()
    expect(worker.shown.map(({ closed }) => closed)).toEqual([false, false])
    die()
    createNotifier(parts)
    await settled()
    expect(worker.shown.map(({ closed }) => closed)).toEqual([true, false])
  })

  it('report a press only to the page that showed them', async () => {
    const { notifier, worker, says } = browser({})
    const pressed = vi.fn()
    notifier.show(call(pressed))
    await settled()
    const { key } = worker.shown[0]!.options.data as { key: string }
    says({ parley: 'notification', key: 'another', action: 'answer' })
    says({ parley: 'notification', key, action: 'answer' })
    says({ parley: 'notification', key, action: '' })
    says('nonsense')
    says(null)
    expect(pressed.mock.calls).toEqual([['answer'], [undefined]])
  })

  it('bring the page to the front where there is no worker', async () => {
    const { notifier, FakeNotification, focus } = browser({ worker: false })
    const pressed = vi.fn()
    const close = notifier.show(call(pressed))
    await settled()
    expect(FakeNotification.made.map(({ title }) => title)).toEqual(['Bea'])
    FakeNotification.made[0]?.onclick?.()
    expect(focus).toHaveBeenCalledTimes(1)
    expect(pressed.mock.calls).toEqual([[undefined]])
    close()
    expect(FakeNotification.made[0]?.closed).toBe(true)
  })

  it('are left out if the page may not create them', async () => {
    const { notifier, FakeNotification } = browser({ worker: false })
    FakeNotification.refuses = true
    const close = notifier.show(call())
    await settled()
    close()
    expect(FakeNotification.made).toEqual([])
  })
})

function call(onPress: CallNotification['onPress'] = () => undefined): CallNotification {
  return {
    tag: 'call',
    title: 'Bea',
    body: 'Incoming call',
    lang: 'en',
    dir: 'ltr',
    actions: [
      { action: 'answer', title: 'Answer' },
      { action: 'decline', title: 'Decline' },
    ],
    onPress,
  }
}

type Shown = {
  readonly title: string
  readonly options: NotificationOptions
  readonly data: unknown
  closed: boolean
  close(): void
}

function browser({
  permission = 'granted',
  worker: hasWorker = true,
}: {
  permission?: NotificationPermission
  worker?: boolean
}) {
  class FakeNotification {
    static permission = permission
    static answer = permission
    static refuses = false
    static readonly made: FakeNotification[] = []
    static requestPermission() {
      FakeNotification.permission = FakeNotification.answer
      return Promise.resolve(FakeNotification.permission)
    }
    closed = false
    onclick: (() => void) | null = null
    readonly title: string
    constructor(title: string) {
      if (FakeNotification.refuses) throw new TypeError('Illegal constructor')
      this.title = title
      FakeNotification.made.push(this)
    }
    close() {
      this.closed = true
    }
  }

  const shown: Shown[] = []
  const registration = {
    shown,
    told: [] as unknown[],
    active: { postMessage: (data: unknown) => registration.told.push(data) },
    showNotification: async (title: string, options: NotificationOptions) => {
      // A notification with the same tag replaces the earlier one.
      for (const one of shown) one.closed = true
      const made: Shown = {
        title,
        options,
        data: options.data,
        closed: false,
        close: () => (made.closed = true),
      }
      shown.push(made)
    },
    getNotifications: async () => shown.filter(({ closed }) => !closed),
  }
  const listeners = new Set<(event: MessageEvent) => void>()
  const focus = vi.fn()
  const leavers = new Set<() => void>()
  const locks = new Set<string>()
  const parts: NotifierBrowser = {
    Notification: FakeNotification as unknown as NonNullable<NotifierBrowser['Notification']>,
    worker: async () => {
      if (!hasWorker) throw new Error('none')
      return registration as unknown as ServiceWorkerRegistration
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    focus,
    lastWorker: async () => registration as unknown as ServiceWorkerRegistration,
    onLeave: (listener) => {
      leavers.add(listener)
      return () => leavers.delete(listener)
    },
    locks: {
      request: async (name: string, granted: () => Promise<void>) => {
        locks.add(name)
        await granted()
        locks.delete(name)
      },
      query: async () => ({ held: [...locks].map((name) => ({ name })) }),
    } as unknown as LockManager,
  }
  const says = (data: unknown) => {
    for (const listener of listeners) listener({ data, ports: [] } as unknown as MessageEvent)
  }
  return {
    parts,
    notifier: createNotifier(parts),
    worker: registration,
    FakeNotification,
    focus,
    says,
    leave: () => leavers.forEach((listener) => listener()),
    /** Releases the locks of a page whose process died, as the browser does. */
    die: () => locks.clear(),
  }
}
