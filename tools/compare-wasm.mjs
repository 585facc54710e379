// Usage: compare-wasm.mjs MODULE FOLDER
//
// Replays the traces of a folder (parley-sim --record) through core.wasm and compares its answers
// with those of the native core, byte for byte. Exits with 1 at the first difference.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [modulePath, folder] = process.argv.slice(2)
const module = await WebAssembly.compile(readFileSync(modulePath))
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A phone in its own module instance: takes an event as JSON, returns the answer as JSON. */
async function createPhone(seed) {
  const { exports: core } = await WebAssembly.instantiate(module, {})
  core._initialize?.()
  const phone = core.parley_phone_create(seed)
  return (event, now) => {
    const bytes = encoder.encode(event)
    const room = core.parley_phone_input(phone, bytes.length)
    new Uint8Array(core.memory.buffer, room, bytes.length).set(bytes)
    const status = core.parley_phone_handle(phone, bytes.length, now)
    if (status !== 0) throw new Error(`not an event: ${event}`)
    const start = core.parley_phone_output(phone) >>> 0
    const length = core.parley_phone_output_bytes(phone) >>> 0
    return decoder.decode(new Uint8Array(core.memory.buffer, start, length))
  }
}

let events = 0
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
for (const name of files) {
  const [header, ...lines] = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
  const handle = await createPhone(JSON.parse(header).seed)
  for (const [index, line] of lines.entries()) {
    const { at, event } = JSON.parse(line)
    // The line is the answer with the time and the event at its start.
    const answer = handle(JSON.stringify(event), at)
    ++events
    if (line.endsWith(`,${answer.slice(1)}`)) continue
    console.error(`${name}:${index + 2}: core.wasm answers otherwise\n  ${line}\n  ${answer}`)
    process.exit(1)
  }
}
console.log(`${files.length} pages, ${events} events: core.wasm answers as the native core does`)
if (files.length === 0) process.exitCode = 1
