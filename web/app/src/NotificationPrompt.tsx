import { Note, useStrings, useWebRTC } from '@parley/react'
import { useRef, useState } from 'react'

import { setAsked, useNotifier, wasAsked } from './notifications'

/** Asks once, after the first incoming call, whether to show calls as system notifications. */
export function NotificationPrompt() {
  const { notifications: words } = useStrings().app
  const { calls } = useWebRTC()
  const { notifier, state } = useNotifier()
  const [rang, setRang] = useState(false)
  const [asked, setAskedHere] = useState(wasAsked)
  const place = useRef<HTMLDivElement>(null)

  const rings = calls.some(({ direction }) => direction === 'incoming')
  if (rings && !rang) setRang(true)
  // Not while a call continues.
  const busy = calls.some(({ phase }) => phase !== 'ended')
  if (!rang || busy || asked || state !== 'default') return null

  const done = () => {
    // The focused button is about to be removed.
    place.current?.closest('main')?.focus({ preventScroll: true })
    setAsked()
    setAskedHere(true)
  }
  return (
    <div ref={place}>
      <Note
        icon="info"
        title={words.promptTitle}
        detail={words.promptDetail}
        retryLabel={words.allow}
        onRetry={() => {
          done()
          void notifier.ask()
        }}
        hideLabel={words.notNow}
        onHide={done}
      />
    </div>
  )
}
