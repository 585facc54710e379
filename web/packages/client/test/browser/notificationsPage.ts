// What the tests in notifications.browser.ts drive: a page that may notify.
import { pageNotifier } from '../../src/page/notifier'

const { showNotification } = ServiceWorkerRegistration.prototype
/** Notifications that the browser has taken. */
let taken = 0
ServiceWorkerRegistration.prototype.showNotification = async function (...args) {
  await showNotification.apply(this, args)
  taken += 1
}

const notifier = pageNotifier('/sw.js')
let hide: () => void = () => undefined

const page = {
  /** What was pressed on this page's notifications. */
  pressed: [] as string[],
  notify(tag: string): void {
    hide = notifier.show({
      tag,
      title: 'Bea',
      body: 'Incoming call',
      lang: 'en',
      dir: 'ltr',
      actions: [{ action: 'answer', title: 'Answer' }],
      onPress: (action) => page.pressed.push(action ?? 'the notification'),
    })
  },
  hide: () => hide(),
  taken: () => taken,
}

declare global {
  interface Window {
    notifications: typeof page
  }
}
window.notifications = page
