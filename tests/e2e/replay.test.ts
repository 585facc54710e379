// A real call in two browsers, saved as a trace and replayed by the native phone.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, Person } from './support/browser'
import { program, Server } from './support/server'

type Line = {
  at: number
  event: { type: string; call?: string }
  effects: { type: string; text?: string }[]
  deadline_ms?: number
}

let browser: Browser
let server: Server
let ada: Person
let bea: Person
let folder: string
let files = 0
/** The trace that each of them saved. */
let traces: readonly string[]
/** Text that must not be in a trace. */
const secrets: string[] = ['correct horse']

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-replay-'))
  browser = await launch()
  server = await Server.start()
  ada = await Person.arrive(browser, server.url)
  bea = await Person.arrive(browser, server.url)
  await Promise.all([ada.signUp('Ada', 'ada'), bea.signUp('Bea', 'bea')])
  await ada.page.evaluate(noteSecrets)
  await ada.dial('Bea', 'video')
  await bea.isCalled()
  await bea.press('Answer')
  await Promise.all([ada.isIn('active'), bea.isIn('active')])
  await ada.press('Hold')
  await ada.press('Hold')
  await Promise.all([ada.hears(), bea.hears()])
  await ada.press('Hang up')
  await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
  await ada.press('Close')
  await bea.press('Close')
  traces = [await saved(ada), await saved(bea)]
  secrets.push(...(await ada.page.evaluate(readSecrets)))
})
afterAll(async () => {
  await Promise.all([ada.leave(), bea.leave()])
  await server.stop()
  await browser.close()
  await rm(folder, { recursive: true, force: true })
})

/** Presses the button in the settings and reads what the browser saved. */
async function saved(person: Person): Promise<string> {
  await person.page.getByRole('button', { name: /^Settings/ }).click()
  const [download] = await Promise.all([
    person.page.waitForEvent('download'),
    person.press('Save call trace'),
  ])
  expect(download.suggestedFilename()).toMatch(/^parley-trace-.*\.jsonl$/)
  return readFile(await download.path(), 'utf8')
}

async function replay(trace: string, ...options: string[]): Promise<{ code: number; out: string }> {
  const file = join(folder, `trace-${String(++files)}.jsonl`)
  await writeFile(file, trace)
  return new Promise((resolve) => {
    execFile(program, ['replay', file, ...options], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, out: stdout + stderr }),
    )
  })
}

const linesOf = (trace: string) =>
  trace
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Line)

describe('a saved call trace', () => {
  it('runs natively as it ran in both browsers', async () => {
    for (const trace of traces) {
      const { code, out } = await replay(trace)
      expect(out).toMatch(/1 call: the same as recorded/)
      expect(out).not.toMatch(/^ +[!?]/m)
      expect(code).toBe(0)
    }
  })

  it('shows the phases of the call, separately for each side', async () => {
    // The connection fails for a moment and is restored.
    const found = 'active → reconnecting, reconnecting → active, '
    const phases = (out: string) =>
      [...out.matchAll(/^ +=   call …[0-9a-f]{6}: (.*)$/gm)]
        .map(([, change]) => change)
        .join(', ')
        .replaceAll(found, '')
        .split(', ')
    const [caller, callee] = await Promise.all(traces.map((trace) => replay(trace)))
    expect(phases(caller!.out)).toEqual([
      'calling',
      'calling → ringing',
      'ringing → connecting',
      'connecting → active',
      'active → ended',
      'ended → gone',
    ])
    expect(phases(callee!.out)).toEqual([
      'incoming',
      'incoming → answering',
      'answering → connecting',
      'connecting → active',
      'active → ended',
      'ended → gone',
    ])
  })

  it('holds no token, name, address, password or fingerprint of the call', () => {
    expect(secrets.length).toBeGreaterThan(5)
    for (const trace of traces) {
      expect(trace).not.toMatch(/\b(ada|bea)\b/i)
      for (const secret of secrets) expect(trace).not.toContain(secret)
      const addresses = trace.match(/\b\d{1,3}(\.\d{1,3}){3}\b/g) ?? []
      for (const address of addresses) expect(address).toMatch(/^(192\.0\.2\.|127\.|0\.0\.0\.0)/)
    }
  })

  it('is shown for one call alone on request', async () => {
    const { call } = linesOf(traces[0]!).find(({ event }) => event.type === 'dialed')!.event
    const all = await replay(traces[0]!)
    const one = await replay(traces[0]!, '--call', call!.slice(-6))
    expect(one.code).toBe(0)
    expect(one.out).toContain('connecting → active')
    expect(one.out).not.toContain('signed_in')
    expect(one.out.length).toBeLessThan(all.out.length)
    expect((await replay(traces[0]!, '--call', '12')).code).toBe(2)
  })

  it('that was modified differs, at the modified line', async () => {
    const tampered = traces[0]!.split('\n')
    const index = tampered.findIndex((line) => line.includes('"hang_up_pressed"'))
    tampered[index] = tampered[index]!.replace('"hang_up_pressed"', '"dismissed"')
    const { code, out } = await replay(tampered.join('\n'))
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`first one in line ${String(index + 1)}\n$`))
    expect(out).toMatch(/^ +! {3}differs in effect 1: recorded \{.* here nothing/m)
  })

  it('that is damaged, incomplete or no trace is refused, with the reason', async () => {
    const lines = traces[0]!.split('\n')
    const refused = async (trace: string) => {
      const { code, out } = await replay(trace)
      expect(code).toBe(2)
      return out
    }
    expect(await refused('')).toContain('nothing to read')
    expect(await refused('hello\n')).toContain('no trace of a phone')
    expect(await refused(lines.toSpliced(2, 1, '{"at":5').join('\n'))).toContain('line 3: ')
    const header = lines[0]!.replace('}', ',"dropped":7}')
    expect(await refused(lines.toSpliced(0, 1, header).join('\n'))).toContain(
      '7 events were dropped',
    )
  })
})

declare global {
  interface Window {
    parleySecrets: Set<string>
  }
}

/** Runs in the page: collects the parts of descriptions and frames that must not be saved. */
function noteSecrets(): void {
  const found = (window.parleySecrets = new Set<string>())
  const token = localStorage.getItem('parley.token')
  if (token) found.add(token)
  const read = (text: string) => {
    const patterns = [/ice-pwd:([^\s\\]+)/g, /fingerprint:\S+ ([^\s\\]+)/g, /IP4 (\d[\d.]+)/g]
    patterns.push(/ (\d+\.\d+\.\d+\.\d+) \d+ typ/g, /"key":"([^"]+)"/g)
    for (const pattern of patterns) {
      for (const [, secret] of text.matchAll(pattern)) found.add(secret!)
    }
  }
  const apply = RTCPeerConnection.prototype.setRemoteDescription
  RTCPeerConnection.prototype.setRemoteDescription = function (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) {
    read(description.sdp ?? '')
    return Reflect.apply(apply, this, [description]) as Promise<void>
  }
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string') read(data)
    send.call(this, data)
  }
}

function readSecrets(): string[] {
  return [...window.parleySecrets].filter((text) => !/^(0\.0\.0\.0|127\.0\.0\.1)$/.test(text))
}
