import type { CallView } from '@parley/client'

import { RemoteMedia, RemoteScreen } from '../../RemoteMedia'
import { useStrings } from '../../strings/StringsContext'
import { Avatar } from '../elements/Avatar'
import { nameInSentence } from '../words/names'
import type { StagePictures } from './useStagePictures'

export type RemotePicturesProps = { readonly call: CallView; readonly pictures: StagePictures }

/**
 * The media of the other side: sound, camera, screen. Beside a screen the camera is a small
 * picture.
 */
export function RemotePictures({ call, pictures: { view, camera, screen } }: RemotePicturesProps) {
  const { call: strings } = useStrings()
  return (
    <>
      <div className="parley-screen">
        <RemoteScreen
          connection={call.connection}
          shown={screen.shown}
          pictureRef={screen.ref}
          className="parley-screen-video"
          aria-label={strings.screenOf(nameInSentence(call.peer))}
          aria-hidden={view !== 'screen'}
          tabIndex={-1}
          {...screen.handlers}
        />
      </div>
      <div className="parley-remote" data-fit={camera.fit}>
        <RemoteMedia
          connection={call.connection}
          kind="video"
          shown={camera.shown}
          pictureRef={camera.ref}
          className="parley-remote-video"
          aria-hidden={view === 'words'}
          tabIndex={-1}
          onResize={camera.measure}
          onLoadedMetadata={camera.measure}
          {...camera.handlers}
        />
        {view === 'screen' && !camera.shown && <Avatar party={call.peer} />}
      </div>
    </>
  )
}
