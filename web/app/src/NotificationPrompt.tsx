import { Note, useStrings, useWebRTC } from '@parley/react'
import { useRef, useState } from 'react'

import { setAsked, useNotifier, wasAsked } from './notifications'

/** Asks once whether to show calls through the system, after the first that came in. */
export function NotificationPrompt() {
  const { notifications: words } = useStrings().app
  const { calls } = useWebRTC()
  const { notifier, state } = useNotifier()
  const [rang, setRang] = useState(false)
  const [asked, setAskedHere] = useState(wasAsked)
  const place = useRef<HTMLDivElement>(null)

  const rings = calls.some(({ direction }) => direction === 'incoming')
  if (rings && !rang) setRang(true)
  // Not while there is something better to do than to read this.
  const busy = calls.some(({ phase }) => phase !== 'ended')
  if (!rang || busy || asked || state !== 'default') return null

  const done = () => {
    // The button that has the keyboard is about to go.
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
