import type { CallView } from '@parley/client'

import { useStrings } from '../strings/StringsContext'
import { Icon, type IconName } from './Icon'
import { nameInSentence } from './names'
import { isHeld, isLive } from './wording'

/** What is not as usual with the other side. The element stays, so that changes are announced. */
export function PeerStatus({ call }: { readonly call: CallView }) {
  const { call: strings } = useStrings()
  const name = nameInSentence(call.peer)
  const { peer_status: status, peer_device: device } = call
  // Who holds the call sends nothing; to say so twice would only worry.
  const sends = isLive(call) && !isHeld(call)
  const microphone = sends ? (status?.microphone ?? 'on') : 'on'
  const camera = sends && cameraMatters(call) ? (status?.camera ?? 'on') : 'on'
  return (
    <p className="parley-peer" role="status">
      {microphone !== 'on' && (
        <Chip icon="microphoneOff" name={name}>
          {microphone === 'off' ? strings.peerMuted : strings.peerMicrophoneUnavailable}
        </Chip>
      )}
      {camera !== 'on' && (
        <Chip icon="videoOff" name={name}>
          {camera === 'off' ? strings.peerCameraOff : strings.peerCameraUnavailable}
        </Chip>
      )}
      {isLive(call) && device !== 'connected' && (
        <Chip icon={device === 'lost' ? 'offline' : 'retry'} name={name}>
          {strings.peerDevice[device]}
        </Chip>
      )}
    </p>
  )
}

type ChipProps = { readonly icon: IconName; readonly name: string; readonly children: string }

function Chip({ icon, name, children }: ChipProps) {
  return (
    <span className="parley-chip">
      <Icon name={icon} />
      <span className="parley-unseen">{name}: </span>
      {children}
      <span className="parley-unseen">. </span>
    </span>
  )
}

/** In a call by ear nobody misses a picture. */
function cameraMatters(call: CallView): boolean {
  return call.kind === 'video' || call.peer_status?.camera === 'unavailable'
}
