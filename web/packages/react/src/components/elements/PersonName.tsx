import type { Party } from '@parley/client'

import { displayName } from '../words/names'

/** A name as text, apart from its surroundings: it can't turn them around or push them away. */
export function PersonName({ party }: { readonly party: Party }) {
  return (
    <bdi className="parley-name" translate="no">
      {displayName(party)}
    </bdi>
  )
}
