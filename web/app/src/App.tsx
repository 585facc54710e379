import {
  createAccounts,
  type CallId,
  type CallRating,
  type Party,
  type Result,
} from '@parley/client'
import {
  CallModals,
  ParleyProvider,
  useCallNotifications,
  useParleyState,
  useStrings,
  useWebRTC,
} from '@parley/react'
import { useCallback, useEffect, useRef } from 'react'

import { AccountContext, isExpired } from './account'
import { BrokenScreen, CrashBoundary, CrashScreen } from './CrashScreen'
import { Frame } from './Frame'
import { LanguageProvider } from './LanguageProvider'
import { useNotifier } from './notifications'
import { PageBoundary } from './PageBoundary'
import { RelationsProvider } from './relations'
import { useRoute, type Route } from './router'
import { AccountScreen } from './screens/AccountScreen'
import { AuthScreen } from './screens/AuthScreen'
import { DevicesScreen } from './screens/DevicesScreen'
import { HistoryScreen } from './screens/HistoryScreen'
import { InviteScreen } from './screens/InviteScreen'
import { PeopleScreen } from './screens/PeopleScreen'
import { expireToken, setToken, useToken, useTokenExpired } from './token'

const accounts = createAccounts()

export function App() {
  return (
    <LanguageProvider>
      <CrashBoundary>
        <ParleyProvider>
          <Pages />
        </ParleyProvider>
      </CrashBoundary>
    </LanguageProvider>
  )
}

/** The content of the provider: the pages, and the calls over them. */
export function Pages() {
  const { app } = useStrings()
  const state = useParleyState()
  const { fatal } = useWebRTC()
  const token = useToken()
  const rate = (call: CallId, rating: CallRating) => {
    // A lost rating needs no message.
    if (token !== null) void accounts.rateCall(token, call, rating)
  }

  const block = async ({ user }: Party): Promise<Result<null>> => {
    if (token === null) return { ok: false, error: 'account/not-signed-in' }
    const answer = await accounts.block(token, user)
    if (!answer.ok && isExpired(answer.error)) expireToken()
    return answer
  }

  if (fatal) return <BrokenScreen error={fatal} />
  if (state.status === 'failed') {
    return (
      <CrashScreen
        title={app.loadFailed}
        detail={app.loadFailedDetail}
        error={state.error}
        actionLabel={app.tryAgain}
        onAction={state.retry}
      />
    )
  }
  return (
    <>
      {/* An error in a page must not end the call. */}
      <PageBoundary>
        <Door />
      </PageBoundary>
      <CallModals onRate={rate} onBlock={token === null ? undefined : block} />
    </>
  )
}

/** Shows the app to a signed-in person, else the sign-in. */
function Door() {
  const token = useToken()
  const { ready, session, problem, signIn, signOut } = useWebRTC()
  const expired = useTokenExpired()

  const used = useRef<string>(null)
  useEffect(() => {
    if (!ready) return
    // Another tab may have signed in another person; the calls of the last one must end.
    if (used.current !== null && used.current !== token) signOut()
    used.current = token
    if (token !== null) signIn(token)
  }, [ready, token, signIn, signOut])

  const rejected = session === 'refused' && problem === 'account/not-signed-in'
  useEffect(() => {
    if (rejected && token !== null) expireToken()
  }, [rejected, token])

  const leave = useCallback(() => {
    // This page forgets the token even if the request fails.
    if (token !== null) void accounts.signOut(token)
    setToken(null)
  }, [token])

  if (token === null) {
    return <AuthScreen accounts={accounts} expired={expired} onSignedIn={setToken} />
  }
  return (
    <AccountContext value={{ accounts, token, expire: expireToken, leave }}>
      <RelationsProvider>
        <Places />
      </RelationsProvider>
    </AccountContext>
  )
}

function screenOf(route: Route) {
  switch (route) {
    case 'history':
      return <HistoryScreen />
    case 'devices':
      return <DevicesScreen />
    case 'invite':
      return <InviteScreen />
    case 'account':
      return <AccountScreen />
    case 'people':
    case 'sign-up':
      return <PeopleScreen />
  }
}

function Places() {
  const route = useRoute()
  useCallNotifications(useNotifier().notifier)
  return (
    <Frame route={route}>
      <PageBoundary key={route}>{screenOf(route)}</PageBoundary>
    </Frame>
  )
}
