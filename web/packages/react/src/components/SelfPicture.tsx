import type { CallView, Party } from '@parley/client'

import { LocalPicture } from '../RemoteMedia'
import { useStrings } from '../strings/StringsContext'
import { Avatar } from './Avatar'
import { isOn } from './CallControls'
import { Icon } from './Icon'

export type SelfPictureProps = {
  readonly call: Pick<CallView, 'camera' | 'microphone'>
  /** An avatar takes the place of the picture while the camera is off. */
  readonly me: Party | undefined
}

/** What the other side sees, mirrored as people know themselves. */
export function SelfPicture({ call: { camera, microphone }, me }: SelfPictureProps) {
  const { call: strings } = useStrings()
  const shows = isOn(camera) && camera.request !== undefined
  const muted = !isOn(microphone)
  const label = muted ? `${strings.ownPicture}. ${strings.ownMicrophoneOff}` : strings.ownPicture
  return (
    <div className="parley-self" role="img" aria-label={label}>
      {shows ? (
        <LocalPicture request={camera.request} className="parley-self-video" />
      ) : (
        me && <Avatar party={me} />
      )}
      {muted && (
        <span className="parley-self-muted">
          <Icon name="microphoneOff" />
        </span>
      )}
    </div>
  )
}
