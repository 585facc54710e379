import type { Party } from '@parley/client'

import { displayName } from '../words/names'

/** A name as text. It can't change the direction or the place of the text around it. */
export function PersonName({ party }: { readonly party: Party }) {
  return (
    <bdi className="parley-name" translate="no">
      {displayName(party)}
    </bdi>
  )
}
