// Before every test of a component: it waits as long as the others do.
import { configure } from '@testing-library/react'

import { PATIENCE_MS } from '../../../../tests/patience'

configure({ asyncUtilTimeout: PATIENCE_MS })
