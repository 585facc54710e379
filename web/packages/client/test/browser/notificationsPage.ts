// What the tests in notifications.browser.ts drive: a page that may notify.
import { pageNotifier } from '../../src/notifier'

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
}

declare global {
  interface Window {
    notifications: typeof page
  }
}
window.notifications = page
