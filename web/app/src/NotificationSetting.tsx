import { Button, useStrings } from '@parley/react'

import { setAsked, useNotifier } from './notifications'

/** Whether calls are shown as system notifications while the page is in the background. */
export function NotificationSetting() {
  const { notifications: words } = useStrings().app
  const { notifier, state } = useNotifier()
  const ask = () => {
    setAsked()
    void notifier.ask()
  }
  return (
    <div className="setting">
      <p className="setting-row setting-row-still">
        <span>{words.title}</span>
        {state === 'granted' && <strong className="setting-state">{words.allowed}</strong>}
      </p>
      <p className="setting-hint" role="status">
        {state === 'denied' || state === 'unsupported' ? words[state] : words.hint}
      </p>
      {state === 'default' && <Button onPress={ask}>{words.allow}</Button>}
    </div>
  )
}
