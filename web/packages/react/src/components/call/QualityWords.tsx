import type { CallView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { Icon } from '../elements/Icon'

/**
 * Says why a call is bad, and on whose side. The element stays, so a screen reader announces each
 * change once. A call without media says so in its status.
 */
export function QualityWords({ call }: { readonly call: CallView }) {
  const { quality: words } = useStrings().call
  const { quality } = call
  const bad = quality?.level === 'fair' || quality?.level === 'poor'
  return (
    <p className="parley-peer" role="status">
      {bad && quality.cause !== 'none' && (
        <span className="parley-chip">
          <Icon name="unsteady" />
          <span>{words.causes[quality.cause][quality.side].sentence}</span>
        </span>
      )}
    </p>
  )
}
