import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const named = process.env['PARLEY_CORE_WASM']
const path = named ?? join(import.meta.dirname, '../../../../build/wasm/core.wasm')

/** Whether the core has been built; what needs it is skipped otherwise. One that is named must exist. */
export const coreIsBuilt = named !== undefined || existsSync(path)

/** The bytes of core.wasm. */
export function readCore(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path))
}
