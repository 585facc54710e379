import { describe, expect, it } from 'vitest'
import { FakeConnection, FakePlatform, FakeTrack } from '../testing'
import { createConnection } from './connection'
import type {
  CreateConnection,
  FeedConnection,
  MediaRequestId,
  OperationId,
  PeerConnectionId,
  PhoneEvent,
  SourceKind,
} from '../generated/phone'
import type { CallId } from '../generated/wire'
import { createMedia } from '../media/media'

const serial = 3 as PeerConnectionId
const request = 7 as MediaRequestId
const shared = 8 as MediaRequestId
const none = 0 as MediaRequestId
const operation = (value: number) => value as OperationId

describe('a connection', () => {
  it('that offers first brings slots for sound, camera and screen', () => {
    const { peer } = setUp({ offers_first: true })
    expect(peer.configuration).toMatchObject({
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
    })
    expect(
      peer.transceivers.map(({ receiver, direction }) => [receiver.track.kind, direction]),
    ).toEqual([
      ['audio', 'sendrecv'],
      ['video', 'sendrecv'],
      ['video', 'sendrecv'],
    ])
    expectScreenApart(peer)
  })

  it('that answers sends in the slots of the offer before it answers', async () => {
    const { peer, connection, events } = setUp({ offers_first: false })
    connection.setRemoteDescription(remote(1, 'offer'))
    connection.makeAnswer({ type: 'make_answer', connection: serial, operation: operation(2) })
    await settled()
    expectScreenApart(peer)
    expect(events).toEqual([
      { type: 'remote_description_set', connection: serial, operation: 1 },
      {
        type: 'local_description_set',
        connection: serial,
        operation: 2,
        kind: 'answer',
        sdp: 'answer sendrecv sendrecv sendrecv',
      },
    ])
  })

  it('runs one operation after the other, in the order of the core', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    await open('microphone')
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed({ microphone: 'live' }))
    connection.setRemoteDescription(remote(2, 'answer'))
    connection.addCandidate(candidate('one'))
    const order: string[] = []
    for (;;) {
      await settled()
      const next = peer.pending.shift()
      if (!next) break
      expect(peer.pending).toEqual([])
      order.push(next.name)
      next.settle()
    }
    expect(order).toEqual([
      'createOffer',
      'setLocalDescription offer',
      'replaceTrack audio track',
      'setRemoteDescription answer',
      'addIceCandidate one',
    ])
  })

  it('rolls back a cancelled operation at once, without waiting for it', async () => {
    const { peer, connection, events } = setUp({ offers_first: false })
    connection.setRemoteDescription(remote(1, 'offer'))
    await settled()
    peer.holds = true
    connection.makeAnswer({ type: 'make_answer', connection: serial, operation: operation(2) })
    connection.addCandidate(candidate('one'))
    await settled()
    const hanging = peer.pending.shift()
    expect(hanging?.name).toBe('createAnswer')

    peer.holds = false
    peer.signalingState = 'have-remote-offer'
    peer.calls.length = 0
    connection.setRemoteDescription({ ...remote(3, 'offer'), afresh: true })
    connection.makeAnswer({ type: 'make_answer', connection: serial, operation: operation(4) })
    await settled()
    expect(peer.calls).toEqual([
      'setRemoteDescription rollback',
      'setRemoteDescription offer',
      'addIceCandidate one',
      'createAnswer',
      'setLocalDescription answer',
    ])
    peer.calls.length = 0
    hanging?.settle()
    await settled()
    expect(peer.calls).toEqual([])
    expect(events.map((event) => 'operation' in event && event.operation)).toEqual([1, 3, 4])
  })

  it('skips an operation that was cancelled before it started', async () => {
    const { peer, connection, events } = setUp({ offers_first: true })
    peer.holds = true
    connection.addCandidate(candidate('slow'))
    connection.makeOffer(offer(1))
    await settled()
    peer.holds = false
    connection.makeOffer({ ...offer(2), afresh: true })
    await settled()
    for (const { settle } of peer.pending) settle()
    await settled()
    expect(peer.offers).toBe(1)
    expect(events.map((event) => 'operation' in event && event.operation)).toEqual([2])
  })

  it('mutes at once, even while an operation runs', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    const track = await open('microphone')
    connection.feed(feed({ microphone: 'live' }))
    await settled()
    const copy = copyOf(track)
    expect(peer.transceivers[0]!.sender.track).toBe(copy)
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed({ microphone: 'silent' }))
    expect(copy.enabled).toBe(false)
    connection.feed(feed({ microphone: 'live' }))
    expect(copy.enabled).toBe(true)
    expect(track.clones).toEqual([copy])
  })

  it('attaches the newest source when its turn comes', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    await open('microphone')
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed({ microphone: 'live' }))
    connection.feed(feed({}))
    peer.holds = false
    await settled()
    peer.pending.forEach(({ settle }) => settle())
    await settled()
    expect(peer.transceivers[0]!.sender.track).toBeNull()
    expect(peer.calls).not.toContain('replaceTrack audio track')
  })

  it('mutes a microphone before it is attached', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    const track = await open('microphone')
    track.enabled = true
    peer.holds = true
    connection.feed(feed({ microphone: 'silent' }))
    const copy = copyOf(track)
    expect([copy.enabled, peer.transceivers[0]!.sender.track]).toEqual([false, null])
    await settled()
    peer.pending.forEach(({ settle }) => settle())
    await settled()
    expect(peer.transceivers[0]!.sender.track).toBe(copy)
    expect(copy.enabled).toBe(false)
  })

  it('feeds each slot from its own source', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    const [camera, screen] = [await open('camera'), await open('screen')]
    connection.feed(feed({ camera: 'live', screen: 'live', screen_request: shared }))
    await settled()
    expect(sources(peer)).toEqual([null, 'camera', 'screen'])
    expect([copyOf(camera), copyOf(screen)].map(({ enabled }) => enabled)).toEqual([true, true])
    connection.feed(feed({ camera: 'live' }))
    await settled()
    expect(sources(peer)).toEqual([null, 'camera', null])
  })

  it('remembers a source until the offer brings its slot', async () => {
    const { peer, connection, open } = setUp({ offers_first: false })
    const track = await open('microphone')
    connection.feed(feed({ microphone: 'silent' }))
    connection.setRemoteDescription(remote(1, 'offer'))
    await settled()
    expect(peer.transceivers[0]!.sender.track).toBe(copyOf(track))
    expect(copyOf(track).enabled).toBe(false)
  })

  it('ends a copy at once when nothing, or something else, is to be sent', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    const [first, second] = [await open('microphone'), await open('microphone', shared)]
    connection.feed(feed({ microphone: 'live' }))
    await settled()
    peer.holds = true
    connection.feed(feed({ microphone: 'live', microphone_request: shared }))
    expect([copyOf(first).readyState, copyOf(second).readyState]).toEqual(['ended', 'live'])
    connection.feed(feed({ microphone: 'none' }))
    expect(copyOf(second).readyState).toBe('ended')
    expect([first.readyState, second.readyState]).toEqual(['live', 'live'])
  })

  it('sends a new copy of what it sent before', async () => {
    const { peer, connection, open, media } = setUp({ offers_first: true })
    const track = await open('microphone')
    for (const microphone of ['live', 'none', 'live'] as const) {
      connection.feed(feed({ microphone }))
      await settled()
    }
    expect(track.clones.map(({ readyState }) => readyState)).toEqual(['ended', 'live'])
    expect(peer.transceivers[0]!.sender.track).toBe(copyOf(track))
    expect(copyOf(track).enabled).toBe(true)
    expect(media.count()).toBe(2)
  })

  it('detaches the track of a closed device', async () => {
    const { peer, connection, open, media } = setUp({ offers_first: true })
    const camera = await open('camera')
    connection.feed(feed({ camera: 'live' }))
    await settled()
    expect(peer.transceivers[1]!.sender.track).toBe(copyOf(camera))
    media.close({ type: 'close_media', request, source: 'camera' })
    expect(copyOf(camera).readyState).toBe('ended')
    connection.feed(feed({}))
    await settled()
    expect(peer.transceivers[1]!.sender.track).toBeNull()
  })

  it('restarts ICE when it is told to', async () => {
    const { peer, connection } = setUp({ offers_first: true })
    connection.makeOffer({ ...offer(1), restart_ice: true })
    await settled()
    expect(peer.calls[0]).toBe('createOffer restart')
  })

  it('reports a failed operation and goes on with the next', async () => {
    const { connection, events } = setUp({ offers_first: true })
    connection.setRemoteDescription({ ...remote(1, 'answer'), sdp: 'nonsense' })
    connection.makeOffer(offer(2))
    await settled()
    expect(events).toEqual([
      {
        type: 'operation_failed',
        connection: serial,
        operation: 1,
        name: 'OperationError',
        message: 'as the test wants it',
      },
      {
        type: 'local_description_set',
        connection: serial,
        operation: 2,
        kind: 'offer',
        sdp: 'offer 1',
      },
    ])
  })

  it('survives candidates the browser does not take', async () => {
    const { connection, peer, events, logged } = setUp({ offers_first: true })
    connection.addCandidate(candidate('nonsense'))
    connection.addCandidate(candidate('good'))
    connection.addCandidate(candidate(''))
    await settled()
    expect(peer.calls).toEqual(['addIceCandidate', 'addIceCandidate good', 'addIceCandidate'])
    expect(events).toEqual([])
    expect(logged).toHaveLength(1)
  })

  it('reports candidates with their generation, and the end of gathering', () => {
    const { peer, events } = setUp({ offers_first: true })
    peer.onicecandidate?.({
      candidate: { candidate: 'c', usernameFragment: 'u', sdpMid: '0', sdpMLineIndex: 0 },
    })
    peer.onicecandidate?.({
      candidate: { candidate: 'd', usernameFragment: null, sdpMid: null, sdpMLineIndex: 1 },
    })
    peer.onicecandidate?.({ candidate: { candidate: '' } })
    peer.onicecandidate?.({ candidate: null })
    peer.iceGatheringState = 'gathering'
    peer.onicegatheringstatechange?.()
    peer.iceGatheringState = 'complete'
    peer.onicegatheringstatechange?.()
    expect(events).toEqual([
      {
        type: 'candidate_gathered',
        connection: serial,
        ufrag: 'u',
        candidate: { candidate: 'c', mid: '0', line_index: 0 },
      },
      {
        type: 'candidate_gathered',
        connection: serial,
        candidate: { candidate: 'd', line_index: 1 },
      },
      { type: 'gathering_completed', connection: serial },
    ])
  })

  it('reports the counters the core asks for, by slot', async () => {
    const { peer, platform, connection, events, open } = setUp({ offers_first: true })
    const track = await open('microphone')
    connection.feed(feed({ microphone: 'silent' }))
    await settled()
    const { id } = copyOf(track)
    peer.stats = [
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 42, totalAudioEnergy: 0.25 },
      { type: 'inbound-rtp', kind: 'video', mid: '2', framesDecoded: 5 },
      { type: 'outbound-rtp', kind: 'video', mid: '1', framesSent: 7 },
      { type: 'media-source', kind: 'audio', trackIdentifier: id, totalAudioEnergy: 0 },
    ]
    connection.sampleStats()
    await settled()
    expect(events).toEqual([
      {
        type: 'stats_sampled',
        connection: serial,
        at_ms: platform.now(),
        state: 'new',
        path: {},
        microphone_received: { packets: 42, energy: 250_000_000 },
        camera_received: {},
        screen_received: { frames: 5 },
        microphone_sent: { energy: 0 },
        camera_sent: { frames: 7 },
        screen_sent: {},
      },
    ])
  })

  it('leaves out malformed servers one by one', () => {
    const malformed = FakeConnection.malformedUrl
    const { peer, platform, logged } = setUp({
      offers_first: true,
      ice_servers: [
        { urls: ['stun:one', malformed] },
        { urls: [malformed], username: 'u', credential: 'c' },
        { urls: ['turn:two'], username: 'u', credential: 'c' },
      ],
    })
    expect(peer.configuration.iceServers).toEqual([
      { urls: 'stun:one' },
      { urls: 'turn:two', username: 'u', credential: 'c' },
    ])
    expect(logged).toHaveLength(2)
    expect(platform.connections.slice(0, -1).every(({ calls }) => calls.includes('close'))).toBe(
      true,
    )
  })

  it('takes other servers while it lives, except malformed ones', () => {
    const { peer, connection, logged } = setUp({ offers_first: true, ice_servers: [] })
    const before = peer.configuration
    connection.setIceServers({
      type: 'set_ice_servers',
      connection: serial,
      ice_servers: [
        { urls: ['turn:one', FakeConnection.malformedUrl], username: 'u', credential: 'c' },
      ],
      relays_only: false,
    })
    expect(peer.configuration).toEqual({
      ...before,
      iceServers: [{ urls: 'turn:one', username: 'u', credential: 'c' }],
      iceTransportPolicy: 'all',
    })
    expect(logged).toHaveLength(1)
    connection.makeOffer({ ...offer(1), restart_ice: true })
    expect(peer.calls).toEqual(['setConfiguration', 'createOffer restart'])
  })

  it('gathers candidates of relays only while it is told to', () => {
    const { peer, connection } = setUp({ offers_first: true, ice_servers: [] })
    const servers = { type: 'set_ice_servers', connection: serial, ice_servers: [] } as const
    connection.setIceServers({ ...servers, relays_only: true })
    expect(peer.configuration.iceTransportPolicy).toBe('relay')
    connection.setIceServers({ ...servers, relays_only: false })
    expect(peer.configuration.iceTransportPolicy).toBe('all')
  })

  it('keeps its servers in a browser that cannot change them', () => {
    const { peer, connection, logged } = setUp({ offers_first: true, ice_servers: [] })
    const before = peer.configuration
    Object.assign(peer, { setConfiguration: undefined })
    connection.setIceServers({
      type: 'set_ice_servers',
      connection: serial,
      ice_servers: [{ urls: ['stun:one'] }],
      relays_only: false,
    })
    expect(peer.configuration).toBe(before)
    expect(logged).toHaveLength(1)
  })

  it.each([true, false])(
    'hands out sound and camera apart from the screen (it offered: %s)',
    async (offers_first) => {
      const { peer, connection, changes } = setUp({ offers_first })
      expect([connection.remoteStream(), connection.remoteScreen()]).toEqual([null, null])
      connection.setRemoteDescription(remote(1, offers_first ? 'answer' : 'offer'))
      if (offers_first) peer.bringsTracks()
      await settled()
      const [sound, camera, screen] = peer.transceivers.map(({ receiver }) => receiver.track)
      expect(connection.remoteStream()?.getTracks()).toEqual([sound, camera])
      expect(connection.remoteScreen()?.getTracks()).toEqual([screen])
      expect(connection.remoteStream()).toBe(connection.remoteStream())
      expect(connection.remoteScreen()).toBe(connection.remoteScreen())
      expect(changes()).toBe(3)
    },
  )

  it('does without a screen when the offer has no slot for it', async () => {
    const { peer, connection, open } = setUp({ offers_first: false })
    for (const kind of ['audio', 'video'] as const) {
      peer.addTransceiver(kind, { direction: 'recvonly' })
    }
    await open('camera')
    connection.feed(feed({ camera: 'live', screen: 'live' }))
    connection.setRemoteDescription(remote(1, 'offer'))
    connection.setRemoteDescription(remote(2, 'offer'))
    peer.bringsTracks()
    await settled()
    expect(sources(peer)).toEqual([null, 'camera'])
    expect(connection.remoteScreen()).toBeNull()
  })

  it('has a negotiated data channel and uses it while it is open', () => {
    const { peer, connection, events } = setUp({})
    const send = (text: string) =>
      connection.sendDirect({ type: 'send_direct', connection: serial, text })
    expect(peer.channel.createdAs).toEqual([{ label: 'direct', negotiated: true, id: 0 }])
    send('too early')
    peer.channel.opens()
    send('in time')
    peer.channel.says('an answer')
    peer.channel.says(new ArrayBuffer(8))
    peer.channel.says('x'.repeat(300_000))
    expect(peer.channel.sent).toEqual(['in time'])
    expect(events).toEqual([
      { type: 'direct_opened', connection: serial },
      { type: 'direct_received', connection: serial, text: 'an answer' },
    ])
    connection.close()
    expect(peer.channel.onmessage).toBeNull()
  })

  it('makes key frames of the pictures that it sends', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    await open('camera')
    connection.feed(feed({ camera: 'live' }))
    await settled()
    const before = peer.calls.length
    connection.makeKeyFrame()
    await settled()
    expect(peer.calls.slice(before)).toEqual([
      'setParameters video {"encodingOptions":[{"keyFrame":true}]}',
    ])
  })

  it('gives up a source that its sender does not take', async () => {
    const { peer, connection, events, open, logged } = setUp({ offers_first: true })
    const track = await open('camera')
    peer.holds = true
    connection.feed(feed({ camera: 'live' }))
    await settled()
    peer.pending[0]!.settle(new DOMException('no', 'InvalidStateError'))
    await settled()
    expect(events).toEqual([{ type: 'media_ended', request, source: 'camera' }])
    expect(track.readyState).toBe('ended')
    expect(logged.at(-1)).toContain('camera could not be attached: InvalidStateError')
  })

  it('reports nothing after it is closed, and does not close the devices', async () => {
    const { peer, connection, events, open, media } = setUp({ offers_first: true })
    const track = await open('microphone')
    connection.feed(feed({ microphone: 'live' }))
    await settled()
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.makeOffer(offer(2))
    await settled()
    connection.sampleStats()
    connection.close()
    expect(copyOf(track).readyState).toBe('ended')
    peer.pending.forEach(({ settle }) => settle(new DOMException('closed', 'InvalidStateError')))
    await settled()
    expect(peer.onconnectionstatechange).toBeNull()
    expect(events).toEqual([])
    expect(peer.offers).toBe(1)
    expect(track.readyState).toBe('live')
    expect(media.count()).toBe(1)
  })
})

describe('two connections that share a microphone', () => {
  it.each([
    ['silent', 'live', false],
    ['none', 'ended', true],
  ] as const)('are heard apart: %s towards one', async (muted, readyState, enabled) => {
    const { one, other, track } = await share()
    one.peer.holds = true
    one.connection.makeOffer(offer(1))
    one.connection.feed(feed({ microphone: muted }))
    expect([one.copy.readyState, one.copy.enabled]).toEqual([readyState, enabled])
    expect([other.copy.readyState, other.copy.enabled]).toEqual(['live', true])
    await settled()
    // The sender waits for the offer.
    expect(one.peer.pending.map(({ name }) => name)).toEqual(['createOffer'])
    expect(one.peer.transceivers[0]!.sender.track).toBe(one.copy)
    expect(other.peer.transceivers[0]!.sender.track).toBe(other.copy)
    expect(track.readyState).toBe('live')
  })

  it('send nothing while a sender is slow to detach its track', async () => {
    const { one, other } = await share()
    one.peer.holds = true
    one.connection.feed(feed({ microphone: 'none' }))
    expect(one.copy.readyState).toBe('ended')
    await settled()
    expect(one.peer.pending.map(({ name }) => name)).toEqual(['replaceTrack audio null'])
    expect(one.peer.transceivers[0]!.sender.track).toBe(one.copy)
    expect([other.copy.readyState, other.copy.enabled]).toEqual(['live', true])
  })

  it('are unmuted separately', async () => {
    const { one, other } = await share()
    for (const { connection } of [one, other]) connection.feed(feed({ microphone: 'silent' }))
    other.connection.feed(feed({ microphone: 'live' }))
    expect([one.copy.enabled, other.copy.enabled]).toEqual([false, true])
  })

  it('stop sending when the microphone is closed', async () => {
    const { one, other, track, media } = await share()
    media.close({ type: 'close_media', request, source: 'microphone' })
    const all = [track, one.copy, other.copy]
    expect(all.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'ended'])
    expect(media.count()).toBe(0)
  })

  it('end separately, each with its own copy', async () => {
    const { one, other, track, media } = await share()
    expect(media.count()).toBe(3)
    one.connection.close()
    expect([one.copy.readyState, other.copy.readyState]).toEqual(['ended', 'live'])
    expect([other.copy.enabled, track.readyState]).toEqual([true, 'live'])
    expect(media.count()).toBe(2)
  })

  /** Connects both; each has its own copy of the track. */
  async function share() {
    const { connection, peer, connect, open, media } = setUp({ offers_first: true })
    const track = await open('microphone')
    const second = connect()
    connection.feed(feed({ microphone: 'live' }))
    second.connection.feed(feed({ microphone: 'live' }))
    await settled()
    const [copy, another] = track.clones
    expect(peer.transceivers[0]!.sender.track).toBe(copy)
    expect(second.peer.transceivers[0]!.sender.track).toBe(another)
    return {
      one: { connection, peer, copy: copy! },
      other: { ...second, copy: another! },
      track,
      media,
    }
  }
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

function offer(value: number) {
  return {
    type: 'make_offer',
    connection: serial,
    operation: operation(value),
    restart_ice: false,
    afresh: false,
  } as const
}

function remote(value: number, kind: 'offer' | 'answer') {
  return {
    type: 'set_remote_description',
    connection: serial,
    operation: operation(value),
    kind,
    sdp: 'v=0',
    afresh: false,
  } as const
}

function candidate(text: string) {
  return {
    type: 'add_candidate',
    connection: serial,
    ufrag: 'u',
    candidate: { candidate: text, mid: '0' },
  } as const
}

function feed(change: Partial<FeedConnection>): FeedConnection {
  return {
    type: 'feed_connection',
    connection: serial,
    microphone: 'none',
    microphone_request: request,
    camera: 'none',
    camera_request: request,
    screen: 'none',
    screen_request: none,
    ...change,
  }
}

/** Microphone and camera share a stream; the screen has its own. */
function expectScreenApart({ transceivers }: FakeConnection) {
  const [sound, camera, screen] = transceivers.map(({ sender }) => sender.streams)
  expect(sound).toHaveLength(1)
  expect(camera?.[0]).toBe(sound?.[0])
  expect(screen).toHaveLength(1)
  expect(screen?.[0]).not.toBe(sound?.[0])
}

/** The newest copy. */
function copyOf(track: FakeTrack): FakeTrack {
  const copy = track.clones.at(-1)
  if (!copy) throw new Error(`there is no copy of ${track.id}`)
  return copy
}

/** The tracks from which the copies of a connection were made. */
function sources({ transceivers }: FakeConnection) {
  return transceivers.map(({ sender: { track } }) => track && track.from?.id)
}

function setUp(change: Partial<CreateConnection>) {
  const platform = new FakePlatform()
  const events: PhoneEvent[] = []
  const logged: string[] = []
  let changes = 0
  const shell = {
    report: (event: PhoneEvent) => {
      if (event.type !== 'media_opened') events.push(event)
    },
    log: (_: unknown, text: string) => logged.push(text),
    changed: () => (changes += 1),
  }
  const media = createMedia(platform, shell)
  const connect = () => {
    const connection = createConnection(
      {
        type: 'create_connection',
        connection: serial,
        call: '01890000-0000-7000-8000-000000000001' as CallId,
        offers_first: false,
        ice_servers: [],
        ...change,
      },
      platform,
      media,
      shell,
    )
    return { connection, peer: platform.connections.at(-1)! }
  }
  /**
   * Opens a source: a screen under the request `shared`, any other source under the request of
   * `feed`.
   */
  const open = async (source: SourceKind, of = source === 'screen' ? shared : request) => {
    const track = new FakeTrack(source === 'microphone' ? 'audio' : 'video', source)
    if (source === 'screen') media.openScreen({ type: 'open_screen', request: of })
    else media.open({ type: 'open_media', request: of, [source]: { quality: 'full' } })
    const asked = source === 'screen' ? platform.screenRequests : platform.requests
    asked.at(-1)!.grant(track)
    await settled()
    return track
  }
  const { connection, peer } = connect()
  const seen = { events, logged, changes: () => changes }
  return { platform, peer, connection, connect, media, open, ...seen }
}
