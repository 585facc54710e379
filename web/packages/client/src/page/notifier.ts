// Notifications of the system about calls: text only, one for each call, and gone when it is over. A
// lock, which a browser takes from whatever dies, says that a living page has it.

export type NotificationState = 'granted' | 'denied' | 'default' | 'unsupported'

/** What a notification can be answered with, apart from a click on it. */
export type NotificationAction = 'answer' | 'decline'

export type CallNotification = {
  /** One notification for each; a newer one takes the place of the one before. */
  readonly tag: string
  readonly title: string
  readonly body: string
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly actions: readonly { readonly action: NotificationAction; readonly title: string }[]
  /** Called without an action for a click on the notification itself. */
  readonly onPress: (action: NotificationAction | undefined) => void
}

export type Notifier = {
  state(): NotificationState
  /** Asks the person; to be called from a click. */
  ask(): Promise<NotificationState>
  /** Shows a notification, if that is allowed, until the returned function is called. */
  show(notification: CallNotification): () => void
  /** Calls back when the state has changed. */
  subscribe(listener: () => void): () => void
}

/** What of the browser is needed; whatever is missing is done without. */
export type NotifierBrowser = {
  readonly Notification:
    | {
        new (title: string, options: NotificationOptions): Notification
        readonly permission: NotificationPermission
        requestPermission(): Promise<NotificationPermission>
      }
    | undefined
  /** The worker that hears of presses on a button; rejects where there is none. */
  readonly worker: () => Promise<ServiceWorkerRegistration>
  /** Calls back with what the worker says; returns how to stop. */
  readonly listen: (listener: (event: MessageEvent) => void) => () => void
  readonly focus: () => void
  /** The worker, if there has been one before; it is not started for this. */
  readonly lastWorker: () => Promise<ServiceWorkerRegistration | undefined>
  /** Calls back when the page goes away; returns how to stop. */
  readonly onLeave: (listener: () => void) => () => void
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined
}

/** TypeScript's page knows nothing of what only a worker's notifications have. */
type WorkerNotificationOptions = NotificationOptions & {
  readonly actions: readonly { readonly action: string; readonly title: string }[]
}

export function createNotifier(browser: NotifierBrowser): Notifier {
  const listeners = new Set<() => void>()
  const state = () => browser.Notification?.permission ?? 'unsupported'
  if (state() === 'granted') void closeOrphans(browser)

  /** In the page itself: a click on it is all that can be told. */
  const showHere = (notification: CallNotification, options: NotificationOptions) => {
    if (!browser.Notification) return () => undefined
    let shown: Notification
    try {
      shown = new browser.Notification(notification.title, options)
    } catch {
      // Phones only take them from a worker.
      return () => undefined
    }
    shown.onclick = () => {
      browser.focus()
      shown.close()
      notification.onPress(undefined)
    }
    return () => shown.close()
  }

  return {
    state,
    async ask() {
      try {
        await browser.Notification?.requestPermission()
      } catch {
        // The state says it all.
      }
      for (const listener of listeners) listener()
      return state()
    },
    show(notification) {
      if (state() !== 'granted') return () => undefined
      const { title, body, tag, lang, dir, actions, onPress } = notification
      // The key says which page is meant: several may show the same call.
      const key = crypto.randomUUID()
      const options = {
        body,
        tag,
        lang,
        dir,
        requireInteraction: true,
        data: { parley: 'notification', key },
      }
      let over = false
      let close: () => void = () => undefined
      const letGo = holdLock(browser.locks, key)
      const stopListening = browser.listen((event) => {
        const pressed = pressOf(event.data)
        if (over || pressed?.key !== key) return
        event.ports[0]?.postMessage('here')
        onPress(pressed.action)
      })
      void browser
        .worker()
        .then(async (worker) => {
          const withActions: WorkerNotificationOptions = { ...options, actions }
          await letGo.held
          if (over) return
          await worker.showNotification(title, withActions)
          close = () => {
            // A page that goes away may not live to hear what is shown; the worker does.
            worker.active?.postMessage({ parley: 'close', tag, key })
            void closeIn(worker, tag, key)
          }
        })
        .catch(() => {
          if (!over) close = showHere(notification, options)
        })
        .then(() => {
          if (over) close()
        })
      const hide = () => {
        if (over) return
        over = true
        stopListening()
        stopWatching()
        close()
        letGo()
      }
      const stopWatching = browser.onLeave(hide)
      return hide
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The browser's own, with the worker that lies at `workerUrl`. */
export function pageNotifier(workerUrl: string | URL): Notifier {
  const { Notification } = window as { Notification?: NonNullable<NotifierBrowser['Notification']> }
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  return createNotifier({
    Notification,
    worker: async () => {
      if (!workers) throw new Error('There are no workers here.')
      await workers.register(workerUrl)
      return workers.ready
    },
    listen: (listener) => {
      workers?.addEventListener('message', listener)
      workers?.startMessages()
      return () => workers?.removeEventListener('message', listener)
    },
    focus: () => window.focus(),
    lastWorker: async () => workers?.getRegistration(),
    onLeave: (listener) => {
      window.addEventListener('pagehide', listener)
      return () => window.removeEventListener('pagehide', listener)
    },
    locks: (navigator as { locks?: LockManager }).locks,
  })
}

async function closeIn(worker: ServiceWorkerRegistration, tag: string, key: string) {
  const shown = await worker.getNotifications({ tag })
  for (const one of shown) {
    // Another tab may have put its own in the place of this one.
    if ((one.data as { key?: unknown } | null)?.key === key) one.close()
  }
}

/** Closes what pages have left behind that are gone. Without locks nobody knows which those are. */
async function closeOrphans({ lastWorker, locks }: NotifierBrowser): Promise<void> {
  if (!locks) return
  try {
    const worker = await lastWorker()
    // In this order: what is shown has had its lock before.
    const shown = (await worker?.getNotifications()) ?? []
    const { held = [] } = await locks.query()
    const living = new Set(held.map(({ name }) => name))
    for (const one of shown) {
      const { parley, key } = (one.data ?? {}) as Readonly<Record<string, unknown>>
      const isOurs = parley === 'notification' && typeof key === 'string'
      if (isOurs && !living.has(lockOf(key))) one.close()
    }
  } catch {
    // They go when they are pressed.
  }
}

/** Says that this page lives, until the returned function is called; at the latest when it dies. */
function holdLock(
  locks: NotifierBrowser['locks'],
  key: string,
): (() => void) & { held: Promise<void> } {
  let letGo: () => void = () => undefined
  const over = new Promise<void>((resolve) => (letGo = resolve))
  const held = new Promise<void>((resolve) => {
    if (!locks) return resolve()
    const granted = () => {
      resolve()
      return over
    }
    locks.request(lockOf(key), granted).catch(() => resolve())
  })
  return Object.assign(letGo, { held })
}

function lockOf(key: string): string {
  return `parley.notification.${key}`
}

type Press = { readonly key: string; readonly action: NotificationAction | undefined }

function pressOf(data: unknown): Press | undefined {
  const { parley, key, action } = (data ?? {}) as Readonly<Record<string, unknown>>
  if (parley !== 'notification' || typeof key !== 'string') return undefined
  return { key, action: action === 'answer' || action === 'decline' ? action : undefined }
}
