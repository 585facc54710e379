import type { MediaKind, Party } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { useWebRTC } from '../../useWebRTC'
import { Icon } from '../elements/Icon'
import { nameInSentence } from '../words/names'

export type CallButtonProps = {
  readonly party: Party
  readonly kind: MediaKind
  /** Writes the kind of call beside the picture. */
  readonly withLabel?: boolean
}

/** Calls somebody. One call at a time: it does nothing while another one goes on. */
export function CallButton({ party, kind, withLabel = false }: CallButtonProps) {
  const { call: strings } = useStrings()
  const { calls, ready, session, fatal, dial } = useWebRTC()
  const signedIn = session === 'online' || session === 'reconnecting'
  const free = calls.every(({ phase }) => phase === 'ended')
  const usable = ready && signedIn && free && fatal === null
  const label = strings.dial[kind](nameInSentence(party))
  return (
    <button
      type="button"
      className={`parley-call-button parley-call-button-${kind}`}
      aria-label={label}
      title={label}
      // Stays in the tab order, so that the focus can come back to it after the call.
      aria-disabled={!usable || undefined}
      onClick={() => {
        if (usable) dial(party, kind)
      }}
    >
      <Icon name={kind === 'video' ? 'video' : 'phone'} />
      {withLabel && <span>{strings.dialShort[kind]}</span>}
    </button>
  )
}
