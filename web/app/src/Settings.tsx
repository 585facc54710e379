import {
  Avatar,
  Button,
  Icon,
  PersonName,
  SaveTraceButton,
  nameInSentence,
  useStrings,
  useWebRTC,
} from '@parley/react'
import { useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react'

import { useAccount } from './account'
import { CallWaitingSwitch } from './CallWaitingSwitch'
import { LanguageChoice } from './LanguageChoice'
import { NotificationSetting } from './NotificationSetting'
import { hrefOf } from './router'
import { storedTheme, storeTheme, themes, type Theme } from './theme'

/** The settings, behind the person's avatar. */
export function Settings() {
  const { app } = useStrings()
  const { me } = useWebRTC()
  const { leave } = useAccount()
  const [open, setOpen] = useState(false)
  const [theme, setTheme] = useState(storedTheme)
  const id = useId()
  const root = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    if (!open) return
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', onPress)
    return () => document.removeEventListener('pointerdown', onPress)
  }, [open])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return
    setOpen(false)
    opener.current?.focus()
  }
  const onBlur = (event: FocusEvent) => {
    const to = event.relatedTarget
    if (to instanceof Node && !root.current?.contains(to)) setOpen(false)
  }
  const choose = (chosen: Theme) => {
    setTheme(chosen)
    storeTheme(chosen)
  }

  return (
    <div ref={root} className="settings" onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        ref={opener}
        type="button"
        className="settings-opener"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {me ? <Avatar party={me} size="small" /> : <Icon name="person" />}
        <span className="parley-unseen">
          {me ? app.settingsFor(nameInSentence(me)) : app.settings}
        </span>
        <Icon name="chevron" className="settings-chevron" />
      </button>
      <div id={id} className="settings-panel" hidden={!open}>
        {me && (
          <p className="settings-who">
            <span>{app.signedInAs}</span>
            <strong>
              <PersonName party={me} />
            </strong>
          </p>
        )}
        <fieldset className="segments">
          <legend>{app.theme}</legend>
          <div className="segments-row">
            {themes.map((one) => (
              <label key={one} className="segment">
                <input
                  type="radio"
                  name={`${id}-theme`}
                  checked={theme === one}
                  onChange={() => choose(one)}
                />
                <span>
                  <Icon name={one === 'light' ? 'sun' : one === 'dark' ? 'moon' : 'screen'} />
                  <span>{app.themes[one]}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <LanguageChoice />
        <CallWaitingSwitch shown={open} />
        <NotificationSetting />
        <a
          className="parley-button parley-button-plain"
          href={hrefOf('devices')}
          onClick={() => setOpen(false)}
        >
          <Icon name="speaker" />
          <span>{app.devices.title}</span>
        </a>
        <a
          className="parley-button parley-button-plain"
          href={hrefOf('account')}
          onClick={() => setOpen(false)}
        >
          <Icon name="person" />
          <span>{app.account.title}</span>
        </a>
        <SaveTraceButton />
        <Button icon="signOut" onPress={leave}>
          {app.signOut}
        </Button>
      </div>
    </div>
  )
}
