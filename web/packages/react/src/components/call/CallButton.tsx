import type { MediaKind, Party } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { useWebRTC } from '../../useWebRTC'
import { Icon } from '../elements/Icon'
import { nameInSentence } from '../words/names'

export type CallButtonProps = {
  readonly party: Party
  readonly kind: MediaKind
  /** Shows the kind of the call as text beside the icon. */
  readonly withLabel?: boolean
}

/**
 * A button that calls a person. It is disabled while another call continues, and while the phone is
 * signed out.
 *
 * @example
 * <CallButton party={{ user: userId('bea'), name: 'Bea Moreau' }} kind="video" withLabel />
 */
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
      // Stays in the tab order, so that the focus can return to it after the call.
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
