// Records the resources that the page opens and must release, independent of the app.
import type { Held, LocalTrack } from './types'

/** Runs in the page before the app. */
export function installHeld(): void {
  type Kept = {
    readonly track: MediaStreamTrack
    readonly source: LocalTrack['source']
    readonly clone: boolean
    readonly capture: number
    readonly openedAt: number
    livedOn: boolean
  }
  const every = window.setInterval.bind(window)
  const later = window.setTimeout.bind(window)
  const connections: RTCPeerConnection[] = []
  const tracks = new Map<MediaStreamTrack, Kept>()
  const elements = new Set<HTMLMediaElement>()
  const sockets: WebSocket[] = []
  const said = new Map<string, number>()
  const sounding = new Map<AudioBufferSourceNode, string>()
  const tones: string[] = []
  let asked = 0
  let mostSending = 0

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
    }
  }
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      // The sockets of the development server have a subprotocol each.
      if (protocols === undefined) sockets.push(this)
    }
    override send(data: string): void {
      const { type } = JSON.parse(data) as { type: string }
      said.set(type, (said.get(type) ?? 0) + 1)
      super.send(data)
    }
  }

  // ---- Tracks: of every stream, and their clones ----

  let captures = 0
  const keep = (track: MediaStreamTrack, source: LocalTrack['source'], of?: Kept) => {
    const capture = of?.capture ?? captures++
    const openedAt = performance.now()
    const kept: Kept = { track, source, clone: !!of, capture, openedAt, livedOn: false }
    tracks.set(track, kept)
    later(() => (kept.livedOn = track.readyState === 'live'), 100)
  }
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices) {
    const { getUserMedia, getDisplayMedia } = devices
    devices.getUserMedia = async (constraints) => {
      asked += 1
      const stream = await getUserMedia.call(devices, constraints)
      for (const track of stream.getTracks()) keep(track, 'devices')
      return stream
    }
    devices.getDisplayMedia = async (constraints) => {
      const stream = await getDisplayMedia.call(devices, constraints)
      for (const track of stream.getTracks()) keep(track, 'screen')
      return stream
    }
  }
  const { clone } = MediaStreamTrack.prototype
  MediaStreamTrack.prototype.clone = function () {
    const copy = clone.call(this)
    const kept = tracks.get(this)
    if (kept) keep(copy, kept.source, kept)
    return copy
  }
  MediaStream.prototype.clone = function () {
    return new MediaStream(this.getTracks().map((track) => track.clone()))
  }

  // ---- Elements: each that had a stream or played, in the page or not ----

  const { prototype } = HTMLMediaElement
  const { srcObject } = Object.getOwnPropertyDescriptors(prototype)
  Object.defineProperty(prototype, 'srcObject', {
    ...srcObject,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      elements.add(this)
      srcObject.set!.call(this, stream)
    },
  })
  const { play } = prototype
  prototype.play = function () {
    elements.add(this)
    return play.call(this)
  }

  // ---- Tones: distinguished by the duration of one round ----

  const rounds: Readonly<Record<string, string>> = {
    '3.2': 'ringtone',
    '4.0': 'ringback',
    '5.0': 'waiting',
    '0.7': 'ended',
  }
  const { start, stop } = AudioBufferSourceNode.prototype
  AudioBufferSourceNode.prototype.start = function (...when) {
    const tone = rounds[(this.buffer?.duration ?? 0).toFixed(1)] ?? 'unknown'
    tones.push(tone)
    sounding.set(this, tone)
    this.addEventListener('ended', () => sounding.delete(this))
    start.apply(this, when)
  }
  AudioBufferSourceNode.prototype.stop = function (...when) {
    sounding.delete(this)
    stop.apply(this, when)
  }

  // ---- Results ----

  const total = async (of: (entry: RTCInboundRtpStreamStats) => number | undefined) => {
    let sum = 0
    for (const connection of connections) {
      const stats = await connection.getStats()
      stats.forEach((entry: RTCInboundRtpStreamStats) => {
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') sum += of(entry) ?? 0
      })
    }
    return sum
  }
  const sendsSound = (connection: RTCPeerConnection) =>
    connection.signalingState !== 'closed' &&
    connection
      .getSenders()
      .some(({ track }) => track?.kind === 'audio' && track.readyState === 'live' && track.enabled)

  const open = () => ({
    connections: connections.filter(({ signalingState }) => signalingState !== 'closed'),
    tracks: [...tracks.values()].filter(({ track }) => track.readyState === 'live'),
    sockets: sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN),
    // The tone for the end of a call plays for a moment after it, and stops by itself.
    tones: [...sounding.values()].filter((tone) => tone !== 'ended'),
    elements: [...elements].filter(({ srcObject: stream, src }) => stream !== null || src !== ''),
  })
  const age = (openedAt: number) => `${((performance.now() - openedAt) / 1000).toFixed(1)} s old`

  window.parleyKit.held = {
    count(): Held {
      const { connections, tracks, sockets } = open()
      return {
        connections: connections.length,
        // A capture lasts until the last of its clones is stopped.
        tracks: new Set(tracks.map(({ capture }) => capture)).size,
        sockets: sockets.length,
      }
    },
    leaks() {
      const { connections, tracks, sockets, tones, elements } = open()
      return [
        ...connections.map(({ connectionState }) => `a connection, ${connectionState}`),
        ...tracks.map(
          ({ track, source, clone: copy, openedAt }) =>
            `${copy ? 'a clone of ' : ''}a live ${track.kind} track of the ${source}, ${age(openedAt)}`,
        ),
        ...(sockets.length > 1 ? [`${String(sockets.length)} sockets`] : []),
        ...tones.map((tone) => `a tone: ${tone}`),
        ...elements.map(({ localName }) => `an element with a source: ${localName}`),
      ]
    },
    tracks: () =>
      [...tracks.values()].map(({ track, source, clone: copy, capture, livedOn }) => ({
        kind: track.kind,
        capture,
        source,
        device: track.getSettings().deviceId,
        clone: copy,
        live: track.readyState === 'live',
        livedOn,
      })),
    connections: () => open().connections,
    playAll() {
      // An element without a source never answers.
      for (const element of elements) element.play().catch(() => undefined)
    },
    heard: () => total((entry) => entry.totalAudioEnergy),
    packets: () => total((entry) => entry.packetsReceived),
    tones: () => ({ now: [...sounding.values()], ever: [...tones] }),
    said: (type) => said.get(type) ?? 0,
    asked: () => asked,
    opened: () => ({ sockets: sockets.length, connections: connections.length }),
    watchSenders() {
      mostSending = 0
      every(() => {
        mostSending = Math.max(mostSending, connections.filter(sendsSound).length)
      }, 20)
    },
    mostSending: () => mostSending,
  }
}
