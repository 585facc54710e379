import {
  Icon,
  Note,
  Problem,
  Spinner,
  numberText,
  useStrings,
  useWebRTC,
  type IconName,
} from '@parley/react'
import { useEffect, type ReactNode } from 'react'

import { useAccount } from './account'
import { Brand } from './Brand'
import { useMissed } from './history/useMissed'
import { NotificationPrompt } from './NotificationPrompt'
import { hrefOf, type Route } from './router'
import { Settings } from './Settings'

export type FrameProps = { readonly route: Route; readonly children: ReactNode }

/** The frame of every page: navigation, settings, and the state of the server connection. */
export function Frame({ route, children }: FrameProps) {
  const { app, product, locale } = useStrings()
  const here = route === 'sign-up' ? 'people' : route
  const titles = {
    people: app.people,
    history: app.history,
    devices: app.devices.title,
    account: app.account.title,
    invite: app.invite.title,
  }
  const title = titles[here]
  const missed = useMissed(here === 'history')

  useEffect(() => {
    const count = missed > 0 ? `(${numberText(missed, locale)}) ` : ''
    document.title = `${count}${title} – ${product}`
  }, [title, product, missed, locale])
  useEffect(() => {
    showOnAppIcon(missed)
    return () => showOnAppIcon(0)
  }, [missed])

  return (
    <div className="frame">
      <a className="skip-link" href="#content" onClick={skipToContent}>
        {app.skipToContent}
      </a>
      <header className="header">
        <Brand />
        <nav className="nav" aria-label={app.navigation}>
          <NavLink to="people" here={here} icon="people" label={app.people} />
          <NavLink to="history" here={here} icon="history" label={app.history}>
            {missed > 0 && (
              <>
                <span className="nav-badge" aria-hidden="true">
                  {numberText(missed, locale)}
                </span>
                <span className="parley-unseen">{app.missedCalls(missed)}</span>
              </>
            )}
          </NavLink>
        </nav>
        <Settings />
      </header>
      <SessionBanner />
      <main id="content" className="content" tabIndex={-1}>
        <h1>{title}</h1>
        <NotificationPrompt />
        {children}
      </main>
    </div>
  )
}

type NavLinkProps = {
  readonly to: Route
  readonly here: Route
  readonly icon: IconName
  readonly label: string
  readonly children?: ReactNode
}

function NavLink({ to, here, icon, label, children }: NavLinkProps) {
  return (
    <a className="nav-link" href={hrefOf(to)} aria-current={to === here ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
      {children}
    </a>
  )
}

/** Shows the state of the server connection while it is down. */
function SessionBanner() {
  const { app } = useStrings()
  const { session, problem, calls, signIn, socketsBlocked } = useWebRTC()
  const { token } = useAccount()
  const inCall = calls.some(({ phase }) => phase !== 'ended')

  if (session === 'refused' && problem !== undefined && problem !== 'account/not-signed-in') {
    const replaced = problem === 'server/session-replaced'
    return (
      <div className="session-problem">
        <Problem
          error={problem}
          tone="danger"
          announce="alert"
          retryLabel={replaced ? app.useThisTab : app.reload}
          onRetry={replaced ? () => signIn(token) : () => location.reload()}
        />
      </div>
    )
  }
  if (socketsBlocked && session !== 'online' && session !== 'refused') {
    return (
      <div className="session-problem">
        <Note
          icon="alert"
          tone="danger"
          announce="alert"
          title={app.socketsBlocked}
          detail={app.socketsBlockedDetail}
        />
      </div>
    )
  }
  // This page is only shown to a signed-in person, so any other state is about to go online.
  const waiting = session !== 'online' && session !== 'refused'
  const words = session === 'reconnecting' ? app.sessionReconnecting : app.sessionConnecting
  return (
    <div className="session" role="status">
      {waiting && (
        <p className="session-pill">
          <Spinner />
          <span>{inCall ? `${words} ${app.sessionCallsGoOn}` : words}</span>
        </p>
      )}
    </div>
  )
}

/** A number on the icon of the installed app (Badging API); few browsers have it. */
function showOnAppIcon(count: number) {
  const badge: { setAppBadge?: (count: number) => Promise<void> } = navigator
  // Refused where the app is not installed.
  badge.setAppBadge?.(count).catch(() => undefined)
}

/** A fragment is a route here, so the link moves the focus itself. */
function skipToContent(event: React.MouseEvent) {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
