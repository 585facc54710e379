// Usage: run-wasm.mjs PROGRAM [ARGUMENT...]
//
// Runs a WASI program, such as core_tests.wasm, and exits with its status. The program gets
// arguments and standard output, and no files.
import { readFile } from 'node:fs/promises'

// Node warns on stderr that its WASI support is experimental; this program needs only the existing
// functions.
process.removeAllListeners('warning')
const { WASI } = await import('node:wasi')

const [program, ...rest] = process.argv.slice(2)
const wasi = new WASI({ version: 'preview1', args: [program, ...rest], returnOnExit: true })
const { instance } = await WebAssembly.instantiate(await readFile(program), wasi.getImportObject())
process.exitCode = wasi.start(instance)
