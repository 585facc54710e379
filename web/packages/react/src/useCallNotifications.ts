import type { NotificationAction, Notifier } from '@parley/client'
import { useEffect, useEffectEvent } from 'react'

import { displayName } from './components/words/names'
import { useStrings } from './strings/StringsContext'
import { usePageHidden } from './usePageHidden'
import { useWebRTC } from './useWebRTC'

/**
 * Shows a system notification for each incoming call while the page is hidden. It does not ask for
 * permission: call `notifier.ask()` from a click. Use it once, inside the provider.
 *
 * @example
 * const notifier = pageNotifier('/worker.js') // once, outside of the component
 * useCallNotifications(notifier)
 */
export function useCallNotifications(notifier: Notifier): void {
  const { incoming, answer, decline } = useWebRTC()
  const { call: strings, locale, direction } = useStrings()
  const hidden = usePageHidden()
  const id = incoming?.call
  const title = incoming ? displayName(incoming.peer) : ''
  const body = incoming ? strings.incoming[incoming.kind] : ''

  const press = useEffectEvent((action: NotificationAction | undefined) => {
    if (!incoming) return
    // As in the dialog, the camera never starts without an explicit choice.
    if (action === 'answer') answer(incoming.call, 'audio')
    if (action === 'decline') decline(incoming.call)
  })

  useEffect(() => {
    if (id === undefined || !hidden) return
    return notifier.show({
      tag: `parley-${id}`,
      title,
      body,
      lang: locale,
      dir: direction,
      actions: [
        { action: 'decline', title: strings.decline },
        { action: 'answer', title: strings.answer },
      ],
      onPress: (action) => press(action),
    })
  }, [notifier, id, hidden, title, body, locale, direction, strings])
}
