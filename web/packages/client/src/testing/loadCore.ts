// Loads core.wasm from the disk, because tests have no web server.

/** The path of core.wasm, its bytes, or the compiled module. */
export type CoreSource = string | URL | BufferSource | WebAssembly.Module

const compiled = new Map<string, Promise<WebAssembly.Module>>()

/** Compiles the core, once per file; the default is the one of this package. */
export async function loadCore(source?: CoreSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (isBytes(source)) return WebAssembly.compile(source)
  const path = await pathOf(source)
  const compiling = compiled.get(path) ?? compile(path)
  compiled.set(path, compiling)
  return compiling
}

async function compile(path: string): Promise<WebAssembly.Module> {
  const { readFile } = await import('node:fs/promises')
  const bytes = await readFile(path).catch((cause: unknown) => {
    const advice = 'build it with `make wasm` and `npm run core`, or name another file as `core`'
    throw new Error(`The call core is not at ${path}: ${advice}.`, { cause })
  })
  return WebAssembly.compile(bytes)
}

async function pathOf(source: string | URL | undefined): Promise<string> {
  const url = await import('node:url')
  const path = await import('node:path')
  // Uses the path, because node does not accept jsdom's URL.
  if (source === undefined)
    return path.join(url.fileURLToPath(import.meta.url), '../../../core.wasm')
  const text = String(source)
  return text.startsWith('file:') ? url.fileURLToPath(text) : text
}

function isBytes(source: string | URL | BufferSource | undefined): source is BufferSource {
  return typeof source === 'object' && !('href' in source)
}
