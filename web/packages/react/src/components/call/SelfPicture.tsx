import type { CallView, ErrorCode, Party, SourceView } from '@parley/client'

import { LocalPicture } from '../../RemoteMedia'
import { useStrings } from '../../strings/StringsContext'
import { Avatar } from '../elements/Avatar'
import { Icon } from '../elements/Icon'
import { microphoneProof } from '../controls/proofs'
import { isOn, isSilenced } from '../controls/sources'

export type SelfPictureProps = {
  readonly call: Pick<CallView, 'camera' | 'microphone' | 'peer'>
  /** The person. An avatar replaces the picture while the camera is off. */
  readonly me: Party | undefined
}

/** The own picture, mirrored, with a sign while the microphone is off. */
export function SelfPicture({ call: { camera, microphone, peer }, me }: SelfPictureProps) {
  const { call: strings, errors } = useStrings()
  const shows = isOn(camera) && !isSilenced(camera) && camera.request !== undefined
  const heard = isOn(microphone) && !isSilenced(microphone)
  const proof = microphoneProof(microphone, peer, strings)
  const label = heard
    ? strings.ownPicture
    : `${strings.ownPicture}. ${proof ?? errors[troubleOf(microphone)].sentence}`
  return (
    <div className="parley-self" role="img" aria-label={label}>
      {shows ? (
        <LocalPicture request={camera.request} className="parley-self-video" />
      ) : (
        me && <Avatar party={me} />
      )}
      {!heard && (
        <span className="parley-self-muted">
          <Icon name="microphoneOff" />
          {proof !== undefined && <span>{proof}</span>}
        </span>
      )}
    </div>
  )
}

/** The reason why a wanted microphone sends nothing. */
function troubleOf({ state, problem }: SourceView): ErrorCode {
  // In this state `problem` is about another device.
  if (state === 'silenced') return 'device/microphone-silenced'
  return problem ?? (state === 'lost' ? 'device/microphone-lost' : 'device/microphone-failed')
}
