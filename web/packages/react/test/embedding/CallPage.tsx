import { userId, type Parley } from '@parley/client'
import { CallModals, ParleyProvider, useWebRTC } from '@parley/react'
import '@parley/react/styles/parley.css'
import { useEffect } from 'react'

const bea = { user: userId('bea'), name: 'Bea Moreau' }

type CallPageProps = {
  readonly token: string
  /** A phone that was made elsewhere: that of a test. */
  readonly parley?: Parley
}

export function CallPage({ token, parley }: CallPageProps) {
  const phone = parley
    ? { parley }
    : { options: { signalUrl: 'https://calls.example.org/signal', clientName: 'shop 1.0' } }
  return (
    <ParleyProvider {...phone}>
      <CallBea token={token} />
      <CallModals />
    </ParleyProvider>
  )
}

function CallBea({ token }: { readonly token: string }) {
  const { ready, session, signIn, showPeople, presence, dial } = useWebRTC()

  useEffect(() => {
    if (!ready) return
    signIn(token)
    showPeople([bea.user])
  }, [ready, signIn, showPeople, token])

  if (session === 'refused') return <p>Please sign in again.</p>
  return (
    <button disabled={presence.get(bea.user) !== true} onClick={() => dial(bea, 'video')}>
      Call Bea
    </button>
  )
}
