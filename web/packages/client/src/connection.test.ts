import { describe, expect, it } from 'vitest'
import { FakeConnection, FakePlatform, FakeTrack } from '../test'
import { createConnection } from './connection'
import type {
  CreateConnection,
  Feed,
  MediaRequestId,
  OperationId,
  PeerConnectionId,
  PhoneEvent,
} from './generated/phone'
import type { CallId } from './generated/wire'
import { createMedia } from './media'

const serial = 3 as PeerConnectionId
const request = 7 as MediaRequestId
const operation = (value: number) => value as OperationId

describe('a connection', () => {
  it('that offers first brings one slot for sound and one for the picture', () => {
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
    ])
  })

  it('that answers sends in the slots of the offer before it answers', async () => {
    const { peer, connection, events } = setUp({ offers_first: false })
    connection.setRemoteDescription(remote(1, 'offer'))
    connection.makeAnswer({ type: 'make_answer', connection: serial, operation: operation(2) })
    await settled()
    expect(peer.transceivers.map(({ sender }) => sender.streams.length)).toEqual([1, 1])
    expect(events).toEqual([
      { type: 'remote_description_set', connection: serial, operation: 1 },
      {
        type: 'local_description_set',
        connection: serial,
        operation: 2,
        kind: 'answer',
        sdp: 'answer sendrecv sendrecv',
      },
    ])
  })

  it('runs one operation after the other, in the order of the core', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    await open('audio')
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed('live', 'none'))
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

  it('mutes at once, also while an operation is on its way', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    const track = await open('audio')
    connection.feed(feed('live', 'none'))
    await settled()
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed('silent', 'none'))
    expect(track.enabled).toBe(false)
    connection.feed(feed('live', 'none'))
    expect(track.enabled).toBe(true)
  })

  it('attaches what is wanted by the time it is its turn', async () => {
    const { peer, connection, open } = setUp({ offers_first: true })
    await open('audio')
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.feed(feed('live', 'none'))
    connection.feed(feed('none', 'none'))
    peer.holds = false
    await settled()
    peer.pending.forEach(({ settle }) => settle())
    await settled()
    expect(peer.transceivers[0]!.sender.track).toBeNull()
    expect(peer.calls).not.toContain('replaceTrack audio track')
  })

  it('keeps a wish for slots that the offer has yet to bring', async () => {
    const { peer, connection, open } = setUp({ offers_first: false })
    const track = await open('audio')
    connection.feed(feed('silent', 'none'))
    connection.setRemoteDescription(remote(1, 'offer'))
    await settled()
    expect(peer.transceivers[0]!.sender.track).toBe(track)
    expect(track.enabled).toBe(false)
  })

  it('takes a closed device off the wire', async () => {
    const { peer, connection, open, media } = setUp({ offers_first: true })
    await open('video')
    connection.feed(feed('none', 'live'))
    await settled()
    expect(peer.transceivers[1]!.sender.track).not.toBeNull()
    media.close({ type: 'close_media', request, kind: 'video' })
    connection.feed(feed('none', 'none'))
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

  it('sums up the counters the core asks for', async () => {
    const { peer, connection, events } = setUp({ offers_first: true })
    peer.stats = [
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 40 },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 2 },
      { type: 'inbound-rtp', kind: 'video', packetsReceived: 9, framesDecoded: 5 },
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 99 },
    ]
    connection.sampleStats()
    await settled()
    expect(events).toEqual([
      {
        type: 'stats_sampled',
        connection: serial,
        audio_packets_received: 42,
        video_frames_decoded: 5,
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

  it('hands out the remote stream once there is something in it', () => {
    const { peer, connection, changes } = setUp({ offers_first: true })
    expect(connection.remoteStream()).toBeNull()
    const track = new FakeTrack('audio')
    peer.ontrack?.({ track })
    expect(connection.remoteStream()?.getTracks()).toEqual([track])
    expect(connection.remoteStream()).toBe(connection.remoteStream())
    expect(changes()).toBe(1)
  })

  it('is silent once closed, whatever was on its way, and leaves the devices alone', async () => {
    const { peer, connection, events, open } = setUp({ offers_first: true })
    const track = await open('audio')
    peer.holds = true
    connection.makeOffer(offer(1))
    connection.makeOffer(offer(2))
    await settled()
    connection.sampleStats()
    connection.close()
    peer.pending.forEach(({ settle }) => settle(new DOMException('closed', 'InvalidStateError')))
    await settled()
    expect(peer.onconnectionstatechange).toBeNull()
    expect(events).toEqual([])
    expect(peer.offers).toBe(1)
    expect(track.readyState).toBe('live')
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

function offer(value: number) {
  return {
    type: 'make_offer',
    connection: serial,
    operation: operation(value),
    restart_ice: false,
  } as const
}

function remote(value: number, kind: 'offer' | 'answer') {
  return {
    type: 'set_remote_description',
    connection: serial,
    operation: operation(value),
    kind,
    sdp: 'v=0',
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

function feed(microphone: Feed, camera: Feed) {
  return {
    type: 'feed_connection',
    connection: serial,
    microphone,
    microphone_request: request,
    camera,
    camera_request: request,
  } as const
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
  /** Opens a device under the request that `feed` names. */
  const open = async (kind: 'audio' | 'video') => {
    const track = new FakeTrack(kind)
    const [microphone, camera] = [kind === 'audio', kind === 'video']
    media.open({ type: 'open_media', request, microphone, camera })
    platform.requests.at(-1)!.grant(track)
    await settled()
    return track
  }
  const peer = platform.connections.at(-1)!
  return { platform, peer, connection, events, logged, media, open, changes: () => changes }
}
