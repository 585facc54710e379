import type { SourceView } from '@parley/client'

import { LocalPicture } from '../../RemoteMedia'
import { useStrings } from '../../strings/StringsContext'
import { Button } from '../elements/Button'
import { Icon } from '../elements/Icon'

export type SharingBannerProps = { readonly screen: SourceView; readonly onStop: () => void }

/**
 * Shows that the screen is shared, with a preview and a button to stop. A screen reader announces
 * it.
 */
export function SharingBanner({ screen, onStop }: SharingBannerProps) {
  const { call: strings } = useStrings()
  const shares = screen.wanted && screen.state === 'on'
  return (
    <div className="parley-sharing-place" role="status">
      {shares && (
        <div className="parley-sharing">
          {screen.request === undefined ? (
            <Icon name="screen" />
          ) : (
            <LocalPicture
              request={screen.request}
              className="parley-sharing-picture"
              aria-label={strings.ownScreen}
            />
          )}
          <p className="parley-sharing-words">{strings.sharing}</p>
          <Button look="danger" label={strings.stopSharingName} onPress={onStop}>
            {strings.stopSharing}
          </Button>
        </div>
      )}
    </div>
  )
}
