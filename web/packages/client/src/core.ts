// Loads the call core (WebAssembly) and calls its C interface, core/bindings/phone_abi.hpp: events
// go in as JSON, effects come out as JSON.
import type { PhoneEvent, PhoneOutput } from './generated/phone'

/** The output of one event, or the error code if the core refused the event. */
export type CoreAnswer =
  | { readonly ok: true; readonly output: PhoneOutput }
  | { readonly ok: false; readonly error: string }

/**
 * The call core of one phone. `handle` throws only if the core has trapped; a trapped core must not
 * be used again.
 */
export type Core = {
  /** The seed with which the core was created. A trace needs it, and the version. */
  readonly seed: number
  readonly version: string
  handle(event: PhoneEvent, nowMs: number): CoreAnswer
  destroy(): void
}

type CoreExports = {
  readonly memory: WebAssembly.Memory
  readonly _initialize?: () => void
  readonly parley_core_version: () => number
  readonly parley_phone_create: (seed: number) => number
  readonly parley_phone_destroy: (phone: number) => void
  readonly parley_phone_input: (phone: number, bytes: number) => number
  readonly parley_phone_handle: (phone: number, bytes: number, nowMs: number) => number
  readonly parley_phone_output: (phone: number) => number
  readonly parley_phone_output_bytes: (phone: number) => number
}

/** Room for a version such as "1.22.333-rc.4" and a zero byte. */
const LONGEST_VERSION = 32

const modules = new Map<string, Promise<WebAssembly.Module>>()

/** Compiles the core at `url`, once per page. A failed download is tried again on the next call. */
export function compileCore(url: string | URL): Promise<WebAssembly.Module> {
  const key = String(url)
  const known = modules.get(key)
  if (known) return known
  const compiling = download(key)
  modules.set(key, compiling)
  compiling.catch(() => modules.delete(key))
  return compiling
}

async function download(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The call core is missing: ${response.status} for ${url}`)
  // Streaming compilation needs the content type application/wasm; some web servers do not send it.
  const type = response.headers.get('content-type') ?? ''
  return type.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer())
}

/** Starts a new core. Cores of the same module share nothing. */
export async function createCore(module: WebAssembly.Module, seed: number): Promise<Core> {
  const instance = await WebAssembly.instantiate(module, {})
  const core = instance.exports as unknown as CoreExports
  core._initialize?.()
  const phone = core.parley_phone_create(seed)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const version = new Uint8Array(core.memory.buffer, core.parley_core_version(), LONGEST_VERSION)

  return {
    seed,
    version: decoder.decode(version.subarray(0, version.indexOf(0))),
    handle(event, nowMs) {
      const json = encoder.encode(JSON.stringify(event))
      const room = core.parley_phone_input(phone, json.length)
      if (room === 0) return { ok: false, error: 'protocol/message-too-large' }
      // The memory may have grown; growth detaches earlier views.
      new Uint8Array(core.memory.buffer, room, json.length).set(json)
      const status = core.parley_phone_handle(phone, json.length, nowMs)
      const start = core.parley_phone_output(phone) >>> 0
      const bytes = core.parley_phone_output_bytes(phone) >>> 0
      const text = decoder.decode(new Uint8Array(core.memory.buffer, start, bytes))
      if (status !== 0) return { ok: false, error: text }
      return { ok: true, output: JSON.parse(text) as PhoneOutput }
    },
    destroy() {
      core.parley_phone_destroy(phone)
    },
  }
}
