import type { CallView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import type { CallStrings } from '../../strings/types'
import { Icon, type IconName } from '../elements/Icon'
import { nameInSentence } from '../words/names'
import { isHeld, isLive } from '../words/wording'

/**
 * Shows problems and muted sources of the other side. The element stays and each sign is one text,
 * so a screen reader announces each change once.
 */
export function PeerStatus({ call }: { readonly call: CallView }) {
  const { call: strings } = useStrings()
  const name = nameInSentence(call.peer)
  return (
    <p className="parley-peer" role="status" aria-atomic="false">
      {signsOf(call, strings).map(({ icon, text }) => (
        <span key={text} className="parley-chip">
          <Icon name={icon} />
          <span className="parley-unseen">{`${name}: `}</span>
          <span>{text}</span>
          <span className="parley-unseen">. </span>
        </span>
      ))}
    </p>
  )
}

type Sign = { readonly icon: IconName; readonly text: string }

function signsOf(call: CallView, strings: CallStrings): readonly Sign[] {
  const signs: Sign[] = []
  const { peer_status: status, peer_device: device } = call
  if (!isLive(call)) return signs
  // A side that holds the call sends nothing; further signs would only worry.
  if (status && !isHeld(call)) {
    const { microphone, camera } = status
    if (microphone !== 'on') {
      signs.push({ icon: 'microphoneOff', text: strings.peerMicrophone[microphone] })
    }
    if (camera !== 'on' && cameraMatters(call)) {
      // `opening` is shown as off; otherwise each switch would be announced twice.
      const trouble = camera === 'opening' ? 'off' : camera
      signs.push({ icon: 'videoOff', text: strings.peerCamera[trouble] })
    }
    if (status.sharing) signs.push({ icon: 'screen', text: strings.peerSharing })
  }
  if (device !== 'connected') {
    const icon = device === 'lost' ? 'offline' : 'retry'
    signs.push({ icon, text: strings.peerDevice[device] })
  } else if (status?.reconnecting && call.phase === 'active') {
    // While this side reconnects too, the status line shows it.
    signs.push({ icon: 'retry', text: strings.peerReconnecting })
  }
  if (status?.mobile_data) signs.push({ icon: 'mobile', text: strings.peerMobileData })
  return signs
}

/** In an audio call a missing picture is only a problem if the other side wanted to send one. */
function cameraMatters({ kind, peer_status: status }: CallView): boolean {
  const camera = status?.camera ?? 'off'
  return kind === 'video' || (camera !== 'off' && camera !== 'opening')
}
