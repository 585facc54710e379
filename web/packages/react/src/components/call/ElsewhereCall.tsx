import type { CallView } from '@parley/client'
import { useRef, useState } from 'react'
import { createPortal } from 'react-dom'

import { useStrings } from '../../strings/StringsContext'
import { useWebRTC } from '../../useWebRTC'
import { Avatar } from '../elements/Avatar'
import { Button } from '../elements/Button'
import { hueOf, nameInSentence } from '../words/names'
import { PersonName } from '../elements/PersonName'
import { StatusLine } from '../elements/StatusLine'
import { useDialog } from '../elements/useDialog'
import { isHere } from '../words/wording'

/**
 * Offers to move a call from another device of this person to this one. Shows nothing without such
 * a call.
 */
export function ElsewhereCall() {
  const { elsewhere, calls, join } = useWebRTC()
  const [hidden, setHidden] = useState<CallView['call']>()
  if (!elsewhere || elsewhere.call === hidden || calls.some(isHere)) return null
  return createPortal(
    <Offer
      call={elsewhere}
      onJoin={() => join(elsewhere.call)}
      onClose={() => setHidden(elsewhere.call)}
    />,
    document.body,
  )
}

type OfferProps = {
  readonly call: CallView
  readonly onJoin: () => void
  readonly onClose: () => void
}

function Offer({ call, onJoin, onClose }: OfferProps) {
  const { call: strings } = useStrings()
  const card = useRef<HTMLDivElement>(null)
  useDialog(card, { open: false })
  return (
    <div
      ref={card}
      className={`parley-stage parley-call parley-call-small parley-hue-${hueOf(call.peer)}`}
      role="region"
      aria-label={strings.callWith(nameInSentence(call.peer))}
      data-phase={call.phase}
    >
      <div className="parley-head">
        <Avatar party={call.peer} />
        <div className="parley-head-words">
          <h2 className="parley-head-name">
            <PersonName party={call.peer} />
          </h2>
          <StatusLine call={call} />
        </div>
        <div className="parley-ended-actions">
          <Button look="primary" onPress={onJoin}>
            {strings.takeOver}
          </Button>
          <Button onPress={onClose}>{strings.close}</Button>
        </div>
      </div>
    </div>
  )
}
