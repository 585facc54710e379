// System notifications about calls: text only, one per call, closed when the ringing ends. A lock
// shows that the page of a notification lives; the browser releases the lock of a dead page.

/** The browser's permission for notifications; `unsupported` if the browser has none. */
export type NotificationState = 'granted' | 'denied' | 'default' | 'unsupported'

/** The buttons of a notification. */
export type NotificationAction = 'answer' | 'decline'

/** A notification about an incoming call. */
export type CallNotification = {
  /** A new notification replaces an earlier one with the same tag. */
  readonly tag: string
  readonly title: string
  readonly body: string
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly actions: readonly { readonly action: NotificationAction; readonly title: string }[]
  /** Called with the pressed button, or with undefined for a click on the notification itself. */
  readonly onPress: (action: NotificationAction | undefined) => void
}

/** Shows system notifications. `useCallNotifications` uses it for incoming calls. */
export type Notifier = {
  /** The present permission. */
  state(): NotificationState
  /** Asks the person for permission. Must be called from a click. */
  ask(): Promise<NotificationState>
  /** Shows a notification if permission is granted, until the returned function is called. */
  show(notification: CallNotification): () => void
  /** Calls the listener when the permission has changed. Returns a function that stops it. */
  subscribe(listener: () => void): () => void
}

/** The functions of the browser that a notifier uses. Missing ones are optional. */
export type NotifierBrowser = {
  readonly Notification:
    | {
        new (title: string, options: NotificationOptions): Notification
        readonly permission: NotificationPermission
        requestPermission(): Promise<NotificationPermission>
      }
    | undefined
  /** The service worker that receives button presses; rejects if there is none. */
  readonly worker: () => Promise<ServiceWorkerRegistration>
  /** Calls the listener with the worker's messages. Returns a function that stops it. */
  readonly listen: (listener: (event: MessageEvent) => void) => () => void
  readonly focus: () => void
  /** The worker of an earlier visit, if any; this does not start one. */
  readonly lastWorker: () => Promise<ServiceWorkerRegistration | undefined>
  /** Calls the listener when the page goes away. Returns a function that stops it. */
  readonly onLeave: (listener: () => void) => () => void
  readonly locks: Pick<LockManager, 'request' | 'query'> | undefined
}

/** Options that only a worker's notifications have; TypeScript's DOM library lacks them. */
type WorkerNotificationOptions = NotificationOptions & {
  readonly actions: readonly { readonly action: string; readonly title: string }[]
}

/** Creates a notifier on the given functions of a browser; pages use `pageNotifier`. */
export function createNotifier(browser: NotifierBrowser): Notifier {
  const listeners = new Set<() => void>()
  const state = () => browser.Notification?.permission ?? 'unsupported'
  if (state() === 'granted') void closeOrphans(browser)

  /** Shows the notification from the page itself, which can report a click but no buttons. */
  const showHere = (notification: CallNotification, options: NotificationOptions) => {
    if (!browser.Notification) return () => undefined
    let shown: Notification
    try {
      shown = new browser.Notification(notification.title, options)
    } catch {
      // Mobile browsers show notifications only from a worker.
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
        // `state` tells the result.
      }
      for (const listener of listeners) listener()
      return state()
    },
    show(notification) {
      if (state() !== 'granted') return () => undefined
      const { title, body, tag, lang, dir, actions, onPress } = notification
      // The key identifies the page: several pages may show the same call.
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
            // A page that goes away may end before it learns what is shown; the worker does not.
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

/**
 * Creates the notifier of this page. `workerUrl` is the service worker's script, of the page's own
 * origin.
 */
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
    // Another tab may have replaced the notification of this page.
    if ((one.data as { key?: unknown } | null)?.key === key) one.close()
  }
}

/** Closes notifications of pages that have ended. Without locks these can't be known. */
async function closeOrphans({ lastWorker, locks }: NotifierBrowser): Promise<void> {
  if (!locks) return
  try {
    const worker = await lastWorker()
    // Notifications first, then locks: a shown notification has its lock before.
    const shown = (await worker?.getNotifications()) ?? []
    const { held = [] } = await locks.query()
    const living = new Set(held.map(({ name }) => name))
    for (const one of shown) {
      const { parley, key } = (one.data ?? {}) as Readonly<Record<string, unknown>>
      const isOurs = parley === 'notification' && typeof key === 'string'
      if (isOurs && !living.has(lockOf(key))) one.close()
    }
  } catch {
    // They close when they are pressed.
  }
}

/** Holds a lock while this page lives, or until the returned function is called. */
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
