import { describe } from 'vitest'

import { coreIsBuilt } from '../../client/test/realCore'

const slow = { timeout: 20_000 }

describe.skipIf(!coreIsBuilt)('the example of docs/embedding.md', slow, async () => {
  await import('./embedding/CallPageTest')
})
