// Hears of presses on a call's notification while its page is in the background, and tells that page;
// closes what a page shows that goes away. It stores nothing and answers no requests.

/** A page that lives says so within this time. */
const PATIENCE_MS = 1000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('notificationclick', (event) => {
  const { notification, action } = event
  notification.close()
  event.waitUntil(pressed(notification.data?.key, action))
})

self.addEventListener('message', (event) => {
  const { parley, tag, key } = event.data ?? {}
  if (parley === 'close') event.waitUntil(close(tag, key))
})

async function close(tag, key) {
  for (const one of await self.registration.getNotifications({ tag })) {
    // Another tab may have put its own in the place of this one.
    if (one.data?.key === key) one.close()
  }
}

async function pressed(key, action) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = await Promise.race([...pages.map((one) => told(one, key, action)), patience()])
  // To decline, nobody needs to see the page.
  if (page && action !== 'decline') await page.focus()
  if (!page && action !== 'decline') {
    await (pages[0]?.focus() ?? self.clients.openWindow(self.registration.scope))
  }
}

/** Answers with the page if it is the one that shows the notification; never if it is not. */
function told(page, key, action) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve(page)
    page.postMessage({ parley: 'notification', key, action }, [port2])
  })
}

function patience() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
}
