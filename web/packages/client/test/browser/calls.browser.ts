import { chromium, type Browser, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { coreIsBuilt } from '../realCore'

let vite: ViteDevServer
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  vite = await createServer({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', fs: { strict: false }, hmr: false },
  })
  await vite.listen()
  browser = await chromium.launch({
    executablePath: process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
})
afterAll(async () => {
  await browser.close()
  await vite.close()
})

beforeEach(async () => {
  page = await browser.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  const address = vite.httpServer?.address()
  if (!address || typeof address === 'string') throw new Error('there is no port')
  await page.goto(`http://127.0.0.1:${String(address.port)}/index.html`)
  await page.waitForFunction(() => 'World' in window)
})
afterEach(async () => {
  await page.close()
  expect(complaints.splice(0)).toEqual([])
})

describe.skipIf(!coreIsBuilt)('two phones in a browser', () => {
  it('talk, mute, show a picture and hang up without a second negotiation', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const [ada, bea] = [await world.phone('ada'), await world.phone('bea')]
      const call = ada.dial({ user: 'bea' as never, name: 'Bea' }, 'audio')
      await world.until(() => bea.view.calls[0]?.phase === 'incoming')
      await world.until(() => ada.view.calls[0]?.phase === 'ringing')
      const answered = performance.now()
      bea.answer(call, 'audio')
      await world.until(() => ada.view.calls[0]?.phase === 'active')
      await world.until(() => bea.view.calls[0]?.phase === 'active')
      const setUpMs = performance.now() - answered

      const [ofAda, ofBea] = world.connections
      const remote = bea.remoteStream(bea.view.calls[0]?.connection)
      const kinds = remote?.getTracks().map(({ kind }) => kind)
      const streams = ofAda!.localDescription?.sdp.match(/a=msid:\S+/g)

      // A browser decodes only what is played.
      const speaker = new Audio()
      speaker.srcObject = remote
      await speaker.play()
      // Beeps of the fake microphone, one a second.
      const energy = async () => (await world.received(ofBea!)).energy
      const hears = async (limitMs: number) => {
        const before = await energy()
        await world.until(async () => (await energy()) > before + 1e-4, limitMs)
      }
      await hears(4000)
      ada.setMicrophone(call, false)
      const sentWhileMuted = world.tracks.filter((track) => track.enabled).length
      await world.until(() => bea.view.calls[0]?.peer_status?.microphone === 'off')
      // What was said before is still on its way through the jitter buffer.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const muted = await energy()
      await new Promise((resolve) => setTimeout(resolve, 2500))
      const heardWhileMuted = (await energy()) - muted
      ada.setMicrophone(call, true)
      await hears(4000)

      ada.setCamera(call, true)
      await world.until(() => ada.localPicture(ada.view.calls[0]?.camera.request) !== null)
      await world.until(() => bea.view.calls[0]?.peer_status?.camera === 'on')
      const frames = async () => (await world.received(ofBea!)).frames
      await world.until(async () => (await frames()) > 5)
      ada.setCamera(call, false)
      const camera = world.tracks.find(({ kind }) => kind === 'video')
      const cameraAfter = camera?.readyState

      const inCall = { ada: ada.resources(), bea: bea.resources() }
      bea.hangUp(call)
      await world.until(() => ada.view.calls[0]?.phase === 'ended')
      const after = { ada: ada.resources(), bea: bea.resources() }
      return {
        setUpMs,
        kinds,
        streams: new Set(streams).size,
        sentWhileMuted,
        heardWhileMuted,
        cameraAfter,
        signals: world.server.said.filter((type) => type === 'signal').length,
        inCall,
        after,
        states: world.connections.map(({ signalingState }) => signalingState),
        tracks: world.tracks.map(({ readyState }) => readyState),
        views: [ada.view.calls[0], bea.view.calls[0]].map((view) => [view?.phase, view?.reason]),
        warnings: [ada, bea].flatMap((phone) =>
          phone.log().filter(({ level }) => level === 'warning' || level === 'error'),
        ),
        log: ada.log(),
      }
    })
    console.log(`from answer to media on both sides: ${seen.setUpMs.toFixed(0)} ms`)
    expect(seen.setUpMs).toBeLessThan(3000)
    expect(seen.kinds).toEqual(['audio', 'video'])
    expect(seen.streams).toBe(1)
    expect(seen.sentWhileMuted).toBe(1)
    expect(seen.heardWhileMuted).toBeLessThan(1e-6)
    expect(seen.cameraAfter).toBe('ended')
    expect(seen.inCall).toMatchObject({
      ada: { connections: 1, tracks: 1, timers: 1 },
      bea: { connections: 1, tracks: 1, timers: 1 },
    })
    expect(seen.after).toMatchObject({
      ada: { connections: 0, tracks: 0, sockets: 1 },
      bea: { connections: 0, tracks: 0, sockets: 1 },
    })
    expect(seen.states).toEqual(['closed', 'closed'])
    expect(new Set(seen.tracks)).toEqual(new Set(['ended']))
    expect(seen.views).toEqual([
      ['ended', 'completed'],
      ['ended', 'completed'],
    ])
    expect(seen.warnings).toEqual([])
  })

  it('see each other when both want to', async () => {
    const frames = await page.evaluate(async () => {
      const world = new window.World()
      const [ada, bea] = [await world.phone('ada'), await world.phone('bea')]
      const call = ada.dial({ user: 'bea' as never, name: 'Bea' }, 'video')
      await world.until(() => bea.view.calls[0]?.phase === 'incoming')
      bea.answer(call, 'video')
      const video = document.createElement('video')
      await world.until(() => ada.remoteStream(ada.view.calls[0]?.connection) !== null)
      video.srcObject = ada.remoteStream(ada.view.calls[0]?.connection)
      await video.play()
      await world.until(() => video.videoWidth > 0 && video.currentTime > 0.5)
      for (const connection of world.connections) {
        await world.until(async () => (await world.received(connection)).frames > 10)
      }
      return { width: video.videoWidth, height: video.videoHeight }
    })
    expect(frames.width / frames.height).toBeCloseTo(16 / 9)
  })
})

describe('a connection in a browser', () => {
  it('restarts ICE, ends candidates and takes only servers that make sense', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const malformed = { urls: ['turn:', 'nonsense'], username: 'u', credential: 'c' }
      const one = world.end({
        offers_first: true,
        ice_servers: [malformed, { urls: ['turn:127.0.0.1:9?transport=tcp'] }],
      })
      const other = world.end({ connection: 2 as never })
      const description = (end: typeof one) =>
        end.events.findLast((event) => event.type === 'local_description_set')
      let operation = 0
      const negotiate = async (restart_ice: boolean) => {
        const ids = { connection: 1 as never, operation: (operation += 1) as never }
        const count = (end: typeof one, type: string) =>
          end.events.filter((event) => event.type === type).length
        const [offers, answers] = [
          count(one, 'local_description_set'),
          count(other, 'local_description_set'),
        ]
        one.connection.makeOffer({ type: 'make_offer', ...ids, restart_ice })
        await world.until(() => count(one, 'local_description_set') > offers)
        const sdp = description(one)?.sdp ?? ''
        const remote = { type: 'set_remote_description', ...ids } as const
        other.connection.setRemoteDescription({ ...remote, kind: 'offer', sdp })
        other.connection.makeAnswer({ type: 'make_answer', ...ids })
        await world.until(() => count(other, 'local_description_set') > answers)
        one.connection.setRemoteDescription({
          ...remote,
          kind: 'answer',
          sdp: description(other)?.sdp ?? '',
        })
        return /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
      }
      let passed = [0, 0]
      /** Passes candidates on, in both directions, as the core would. */
      const relay = () => {
        passed = [one, other].map((end, index) => {
          const to = index === 0 ? other : one
          for (const event of end.events.slice(passed[index])) {
            if (event.type !== 'candidate_gathered') continue
            to.connection.addCandidate({
              type: 'add_candidate',
              connection: 1 as never,
              ufrag: event.ufrag ?? '',
              candidate: event.candidate,
            })
          }
          return end.events.length
        })
      }
      const connected = () => {
        relay()
        return [one, other].every(({ peer }) => peer.connectionState === 'connected')
      }
      const complete = () => {
        relay()
        return [one, other].every(({ peer }) => peer.iceGatheringState === 'complete')
      }
      const first = await negotiate(false)
      await world.until(connected)
      const second = await negotiate(true)
      await world.until(complete)
      await world.until(connected)
      for (const end of [one, other]) {
        end.connection.addCandidate({
          type: 'add_candidate',
          connection: 1 as never,
          ufrag: '',
          candidate: { candidate: '' },
        })
      }
      // Of a generation that is over: rejected or ignored by the browser, and no harm.
      one.connection.addCandidate({
        type: 'add_candidate',
        connection: 1 as never,
        ufrag: 'long gone',
        candidate: { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', mid: '0' },
      })
      await negotiate(false)
      const ufrags = one.events.flatMap((event) =>
        event.type === 'candidate_gathered' ? [event.ufrag] : [],
      )
      return {
        first,
        second,
        restarted: [...new Set(ufrags)],
        failed: [...one.events, ...other.events].filter(({ type }) => type === 'operation_failed'),
        completed: one.events.filter(({ type }) => type === 'gathering_completed').length,
        logged: [one.logged, other.logged],
        servers: one.peer.getConfiguration().iceServers,
        states: one.events.flatMap((event) =>
          event.type === 'connection_state_changed' ? [event.state] : [],
        ),
      }
    })
    expect(seen.first).not.toBe(seen.second)
    expect(seen.restarted).toEqual([seen.first, seen.second])
    expect(seen.failed).toEqual([])
    expect(seen.completed).toBeGreaterThanOrEqual(2)
    expect(seen.servers).toEqual([])
    expect(seen.logged).toEqual([Array(3).fill(expect.stringContaining('ICE server')), []])
    expect(seen.states).toEqual(['connecting', 'connected'])
  })
})
