import { chromium, type Browser, type Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { autoplay, browserSettings, fakeDevices } from '../../../../../tests/chromium.mjs'
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
  browser = await chromium.launch(browserSettings(...fakeDevices, autoplay))
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
      const hears = async () => {
        const before = await energy()
        await world.until(async () => (await energy()) > before + 1e-4)
      }
      await hears()
      ada.setMicrophone(call, false)
      const sent = world.sent()
      const sentWhileMuted = sent.filter(({ enabled }) => enabled).length
      await world.until(() => bea.view.calls[0]?.peer_status?.microphone === 'off')
      // By then what was said before has left the jitter buffer.
      await world.until(() => ada.view.calls[0]?.microphone.off_proof === 'received')
      const muted = await energy()
      await new Promise((resolve) => setTimeout(resolve, 2500))
      const heardWhileMuted = (await energy()) - muted
      ada.setMicrophone(call, true)
      await hears()

      ada.setCamera(call, true)
      await world.until(() => ada.localPicture(ada.view.calls[0]?.camera.request) !== null)
      await world.until(() => bea.view.calls[0]?.peer_status?.camera === 'on')
      const frames = async () => (await world.received(ofBea!)).frames
      await world.until(async () => (await frames()) > 5)
      sent.push(...world.sent())
      ada.setCamera(call, false)
      const camera = world.tracks.find(({ kind }) => kind === 'video')
      const cameraAfter = camera?.readyState

      ada.setScreen(call, true)
      await world.until(() => ada.localPicture(ada.view.calls[0]?.screen.request) !== null)
      await world.until(() => bea.view.calls[0]?.peer_status?.sharing === true)
      const stage = document.createElement('video')
      stage.srcObject = bea.remoteScreen(bea.view.calls[0]?.connection)
      await stage.play()
      await world.until(() => stage.videoWidth > 0 && stage.currentTime > 0.2)
      sent.push(...world.sent())
      ada.setScreen(call, false)
      await world.until(() => bea.view.calls[0]?.peer_status?.sharing === false)
      const screenAfter = world.tracks.findLast(({ kind }) => kind === 'video')?.readyState

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
        screenAfter,
        signals: world.server.said.filter((type) => type === 'signal').length,
        inCall,
        after,
        states: world.connections.map(({ signalingState }) => signalingState),
        tracks: [...world.tracks, ...sent].map(({ readyState }) => readyState),
        sentOnes: world.tracks.filter((track) => sent.includes(track)).length,
        views: [ada.view.calls[0], bea.view.calls[0]].map((view) => [view?.phase, view?.reason]),
        warnings: [ada, bea].flatMap((phone) =>
          phone.log().filter(({ level }) => level === 'warning' || level === 'error'),
        ),
        log: ada.log(),
      }
    })
    console.log(`from answer to media on both sides: ${seen.setUpMs.toFixed(0)} ms`)
    expect(seen.kinds).toEqual(['audio', 'video'])
    // Sound and camera are one, the screen is another.
    expect(seen.streams).toBe(2)
    expect(seen.sentWhileMuted).toBe(1)
    expect(seen.heardWhileMuted).toBeLessThan(1e-6)
    expect([seen.cameraAfter, seen.screenAfter]).toEqual(['ended', 'ended'])
    for (const { connections, tracks, timers } of [seen.inCall.ada, seen.inCall.bea]) {
      expect([connections, timers]).toEqual([1, 1])
      // The microphone, the copy that is sent, and the clone on which it is measured.
      expect([2, 3]).toContain(tracks)
    }
    expect(seen.after).toMatchObject({
      ada: { connections: 0, tracks: 0, sockets: 1 },
      bea: { connections: 0, tracks: 0, sockets: 1 },
    })
    expect(seen.states).toEqual(['closed', 'closed'])
    expect(new Set(seen.tracks)).toEqual(new Set(['ended']))
    // Only copies are.
    expect(seen.sentOnes).toBe(0)
    expect(seen.views).toEqual([
      ['ended', 'completed'],
      ['ended', 'completed'],
    ])
    expect(seen.warnings).toEqual([])
  })

  it('measure both directions: what arrives, and what the other side tells of it', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const [ada, bea] = [await world.phone('ada'), await world.phone('bea')]
      const call = ada.dial({ user: 'bea' as never, name: 'Bea' }, 'video')
      await world.until(() => bea.view.calls[0]?.phase === 'incoming')
      bea.answer(call, 'video')
      const phones = [ada, bea]
      await world.until(() => phones.every((phone) => phone.view.calls[0]?.phase === 'active'))
      // A browser decodes only what is played.
      for (const phone of phones) {
        const player = document.createElement('video')
        player.srcObject = phone.remoteStream(phone.view.calls[0]?.connection)
        await player.play()
      }
      const qualities = () => phones.map((phone) => phone.view.calls[0]?.quality)
      const flows = () =>
        qualities().flatMap((quality) => [quality?.receiving ?? {}, quality?.sending ?? {}])
      const fields = ['level', 'sound_mos_hundredths', 'rate_kbps', 'concealed_permille'] as const
      await world.until(() => flows().every((flow) => fields.every((name) => name in flow)))
      await world.until(() => flows().every(({ rate_kbps }) => (rate_kbps ?? 0) > 0))
      const known = qualities()
      ada.hangUp(call)
      await world.until(() => bea.view.calls[0]?.phase === 'ended')
      return known
    })
    for (const quality of seen) {
      expect(quality?.round_trip_ms).toBeLessThan(1000)
      expect(quality?.relayed).toBe(false)
      for (const flow of [quality?.receiving, quality?.sending]) {
        expect(flow?.lost_permille).toBe(0)
        expect(flow?.sound_mos_hundredths).toBeGreaterThanOrEqual(100)
        expect(flow?.sound_mos_hundredths).toBeLessThanOrEqual(450)
      }
    }
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
      const { one, other, negotiate, reach } = world.pair({
        ice_servers: [malformed, { urls: ['turn:127.0.0.1:9?transport=tcp'] }],
      })
      const first = await negotiate()
      await reach('connected')
      const second = await negotiate(true)
      await reach('complete')
      await reach('connected')
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
      await negotiate()
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

  it('makes a key frame that the other side has not asked for', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const { one, other, negotiate, reach } = world.pair()
      const request = 1 as never
      one.media.open({ type: 'open_media', request, camera: { quality: 'full' } })
      await world.until(() => one.events.some(({ type }) => type === 'media_opened'))
      one.connection.feed({
        type: 'feed_connection',
        connection: 1 as never,
        microphone: 'none',
        microphone_request: request,
        camera: 'live',
        camera_request: request,
        screen: 'none',
        screen_request: request,
      })
      await negotiate()
      await reach('connected')
      await world.until(async () => (await world.sample(other)).camera_received.frames! > 20)
      /** All frames that were sent, and the key frames among them without a request. */
      const sent = async () => {
        const found = { frames: 0, unasked: 0 }
        ;(await one.peer.getStats()).forEach((entry: RTCOutboundRtpStreamStats) => {
          if (entry.type !== 'outbound-rtp') return
          const { framesEncoded = 0, keyFramesEncoded = 0, pliCount = 0, firCount = 0 } = entry
          found.frames += framesEncoded
          found.unasked += keyFramesEncoded - pliCount - firCount
        })
        return found
      }
      const before = await sent()
      one.connection.makeKeyFrame()
      await world.until(async () => (await sent()).unasked > before.unasked)
      const after = await sent()
      one.media.closeAll()
      return { frames: after.frames - before.frames, logged: one.logged }
    })
    // The encoder also makes one when it changes the size of the picture, seconds later.
    expect(seen.frames).toBeLessThan(30)
    expect(seen.logged).toEqual([])
  })

  it('sends a screen beside a camera, and silence while it is muted', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const { one, other, negotiate, reach } = world.pair()
      const [devices, screen] = [1 as never, 2 as never]
      const quality = { quality: 'full' } as const
      one.media.open({
        type: 'open_media',
        request: devices,
        microphone: quality,
        camera: quality,
      })
      one.media.openScreen({ type: 'open_screen', request: screen })
      const opened = () => one.events.filter((event) => event.type === 'media_opened')
      await world.until(() => opened().length === 2)
      const microphone = one.media.lend(devices, 'microphone')!
      const granted = world.tracks.find(({ kind }) => kind === 'audio')
      const enabledAtFirst = [granted?.enabled, microphone.enabled]
      const { deviceId } = microphone.getSettings()
      one.media.giveBack(microphone)
      const statesAtFirst = [granted?.readyState, microphone.readyState]

      const feed = {
        type: 'feed_connection',
        connection: 1 as never,
        microphone: 'live',
        microphone_request: devices,
        camera: 'none',
        camera_request: devices,
        screen: 'live',
        screen_request: screen,
      } as const
      one.connection.feed(feed)
      await negotiate()
      await reach('connected')
      const speaker = new Audio()
      speaker.srcObject = other.connection.remoteStream()
      await speaker.play()
      await world.until(async () => (await world.sample(other)).screen_received.frames! > 5)
      await world.until(async () => (await world.energy(other)) > 1e5)
      const screenAlone = [await world.sample(one), await world.sample(other)]

      one.connection.feed({ ...feed, microphone: 'silent', camera: 'live', screen: 'none' })
      await world.until(async () => (await world.sample(other)).camera_received.frames! > 5)
      // The meter of the sender falls for a second; after that it stands still.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const muted = [await world.sample(one), await world.sample(other)]
      await new Promise((resolve) => setTimeout(resolve, 1200))
      const mutedLater = [await world.sample(one), await world.sample(other)]

      one.media.measure({ type: 'measure_sound', request: devices })
      const peaks = () =>
        one.events.flatMap((event) =>
          event.type === 'sound_measured' ? [event.peak_millionths] : [],
        )
      await world.until(async () => {
        await new Promise((resolve) => setTimeout(resolve, 250))
        one.media.measure({ type: 'measure_sound', request: devices })
        return peaks().some((peak) => peak > 10_000)
      })
      const stillMuted = await world.sample(one)
      const tracks = one.media.count()
      one.media.closeAll()
      return {
        enabledAtFirst,
        statesAtFirst,
        opened: [devices, screen].map((of) => opened().find(({ request }) => request === of)),
        deviceId,
        streams: [other.connection.remoteStream(), other.connection.remoteScreen()].map((stream) =>
          stream?.getTracks().map(({ kind }) => kind),
        ),
        screenAlone,
        muted,
        mutedLater,
        stillMuted,
        highest: Math.max(...peaks()),
        tracks,
        tracksAfter: one.media.count(),
        logged: [one.logged, other.logged],
      }
    })
    expect(seen.enabledAtFirst).toEqual([false, false])
    expect(seen.statesAtFirst).toEqual(['live', 'ended'])
    expect(seen.opened).toMatchObject([
      { request: 1, microphone: { device: seen.deviceId }, camera: {} },
      { request: 2 },
    ])
    expect(seen.streams).toEqual([['audio', 'video'], ['video']])
    const [sends, receives] = seen.screenAlone
    expect(sends!.screen_sent.frames).toBeGreaterThan(5)
    expect(sends!.camera_sent.frames ?? 0).toBe(0)
    expect(sends!.microphone_sent.energy).toBeGreaterThan(1e5)
    expect(receives!.camera_received.frames ?? 0).toBe(0)
    expect(receives!.microphone_received.packets).toBeGreaterThan(10)
    const [mutedSender, mutedReceiver] = seen.muted
    const [senderLater, receiverLater] = seen.mutedLater
    expect(senderLater!.microphone_sent.energy).toBe(mutedSender!.microphone_sent.energy)
    // Chromium's receiver counts a quantisation step for silence, a few billionths a second.
    const energy = [mutedReceiver, receiverLater].map(
      (sample) => sample?.microphone_received.energy,
    )
    const heard = (energy[1] ?? NaN) - (energy[0] ?? NaN)
    expect(heard).toBeLessThan(100)
    expect(receiverLater!.screen_received.frames).toBe(mutedReceiver!.screen_received.frames)
    expect(senderLater!.camera_sent.frames).toBeGreaterThan(mutedSender!.camera_sent.frames!)
    expect(seen.stillMuted.microphone_sent.energy).toBe(mutedSender!.microphone_sent.energy)
    expect(seen.highest).toBeLessThanOrEqual(1_000_000)
    // Three that capture, copies of two of them, and the clone that is measured.
    expect([seen.tracks, seen.tracksAfter]).toEqual([6, 0])
    expect(seen.logged).toEqual([[], []])
  })

  it.each(['silent', 'none'] as const)(
    'is not heard while another one is that shares the microphone: %s',
    async (muted) => {
      const seen = await page.evaluate(async (muted) => {
        const world = new window.World()
        const first = world.pair()
        const second = world.pair({}, first.one.media)
        const request = 1 as never
        const { media } = first.one
        media.open({ type: 'open_media', request, microphone: { quality: 'full' } })
        await world.until(() => media.count() === 1)
        const feed = {
          type: 'feed_connection',
          connection: 1 as never,
          microphone: 'live',
          microphone_request: request,
          camera: 'none',
          camera_request: request,
          screen: 'none',
          screen_request: request,
        } as const
        for (const { one, other, negotiate, reach } of [first, second]) {
          one.connection.feed(feed)
          await negotiate()
          await reach('connected')
          const speaker = new Audio()
          speaker.srcObject = other.connection.remoteStream()
          await speaker.play()
        }
        for (const { other } of [first, second]) {
          await world.until(async () => (await world.energy(other)) > 1e5)
        }
        first.one.connection.feed({ ...feed, microphone: muted })
        // What was said before leaves the jitter buffer.
        await new Promise((resolve) => setTimeout(resolve, 1500))
        const before = [await world.energy(first.other), await world.energy(second.other)]
        await world.until(async () => (await world.energy(second.other)) > before[1]! + 1e5)
        const heard = (await world.energy(first.other)) - before[0]!
        const counts = [media.count()]
        second.one.connection.close()
        first.one.connection.close()
        counts.push(media.count())
        media.closeAll()
        return { heard, counts }
      }, muted)
      expect(seen.heard).toBeLessThan(100)
      expect(seen.counts).toEqual([muted === 'silent' ? 3 : 2, 1])
    },
  )
})

describe('devices in a browser', () => {
  it('are listed by their ids, and access to them is told', async () => {
    const seen = await page.evaluate(async () => {
      const world = new window.World()
      const platform = world.platform()
      const access = {
        microphone: await platform.queryPermission('microphone'),
        screen: await platform.queryPermission('screen'),
      }
      const end = world.end({})
      const device = 'there is no such device'
      end.media.open({
        type: 'open_media',
        request: 1 as never,
        camera: { device, quality: 'full' },
      })
      await world.until(() => end.events.length > 0)
      return { access, events: end.events, mobile: platform.mobileData() }
    })
    expect(['granted', 'prompt']).toContain(seen.access.microphone)
    expect(seen.access.screen).toBeUndefined()
    expect(seen.mobile).toBe(false)
    expect(seen.events).toMatchObject([
      { type: 'media_failed', name: 'OverconstrainedError', constraint: 'deviceId' },
    ])
  })
})
