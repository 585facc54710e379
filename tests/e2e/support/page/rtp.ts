// Measures the media on the connections of a page, independent of the app.
import type { Heard, Line, LineKind } from './types'

/** Runs in the page before the app. */
export function installRtp(): void {
  const every = window.setInterval.bind(window)
  const open = () => window.parleyKit.held.connections()
  const kinds: readonly LineKind[] = ['audio', 'camera', 'screen']
  type Entry = RTCStats & Readonly<Record<string, unknown>>

  const statsOf = async (connection: RTCPeerConnection) => {
    const entries: Entry[] = []
    ;(await connection.getStats()).forEach((entry: Entry) => entries.push(entry))
    return entries
  }

  /** Transceivers in the order of their sections, each with its statistics. */
  const linesOf = async (connection: RTCPeerConnection, index: number): Promise<Line[]> => {
    const stats = await statsOf(connection)
    const counters = (type: string, mid: string | null) => {
      const found = stats.findLast((entry) => entry.type === type && entry['mid'] === mid)
      return (name: string) => Number(found?.[name] ?? 0)
    }
    const ordered = connection
      .getTransceivers()
      .filter(({ mid }) => mid !== null)
      .sort((one, other) => Number(one.mid) - Number(other.mid))
    return ordered.flatMap(({ mid, sender, direction, currentDirection }, position) => {
      const kind = kinds[position]
      if (!kind) return []
      const { track } = sender
      const out = counters('outbound-rtp', mid)
      const source = stats.find(
        (entry) => entry.type === 'media-source' && entry['trackIdentifier'] === track?.id,
      )
      const received = counters('inbound-rtp', mid)
      return {
        connection: index,
        kind,
        direction,
        currentDirection,
        track: track && {
          kind: track.kind,
          readyState: track.readyState,
          enabled: track.enabled,
          muted: track.muted,
          device: track.getSettings().deviceId,
        },
        sent: {
          packets: out('packetsSent'),
          bytes: out('bytesSent'),
          framesEncoded: out('framesEncoded'),
          energy: source && Number(source['totalAudioEnergy'] ?? 0),
        },
        received: {
          packets: received('packetsReceived'),
          lost: received('packetsLost'),
          energy: received('totalAudioEnergy'),
          framesDecoded: received('framesDecoded'),
        },
      }
    })
  }

  const soundReceivers = () =>
    open().flatMap((connection) =>
      connection.getReceivers().filter(({ track }) => track.kind === 'audio'),
    )

  // ---- Continuous recording ----

  let heard: Heard = { samples: 0, loudest: 0, energy: 0 }
  let timer: number | undefined
  let reading = Promise.resolve()

  /** Levels come with packets, and stay after the last one: only new levels count. */
  const levelsSince = () => {
    const seen = new Map<RTCRtpReceiver, number>()
    for (const receiver of soundReceivers()) {
      seen.set(receiver, receiver.getSynchronizationSources()[0]?.timestamp ?? 0)
    }
    return () => {
      let loudest = 0
      for (const receiver of soundReceivers()) {
        const [source] = receiver.getSynchronizationSources()
        if (!source) continue
        if (source.timestamp > (seen.get(receiver) ?? 0)) {
          loudest = Math.max(loudest, source.audioLevel ?? 0)
        }
        seen.set(receiver, source.timestamp)
      }
      return loudest
    }
  }
  const energySince = () => {
    const last = new Map<RTCPeerConnection, number>()
    let first = true
    return async () => {
      let grown = 0
      for (const connection of open()) {
        let total = 0
        for (const entry of await statsOf(connection)) {
          if (entry.type !== 'inbound-rtp' || entry['kind'] !== 'audio') continue
          total += Number(entry['totalAudioEnergy'] ?? 0)
        }
        // A later connection is recorded from its start.
        grown += total - (last.get(connection) ?? (first ? total : 0))
        last.set(connection, total)
      }
      first = false
      return grown
    }
  }

  // ---- Tone and colour of the media ----

  let listening: { receiver: RTCRtpReceiver; analyser: AnalyserNode } | undefined
  const analyse = (receiver: RTCRtpReceiver) => {
    if (listening?.receiver === receiver) return listening.analyser
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 4096
    analyser.smoothingTimeConstant = 0
    context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser)
    listening = { receiver, analyser }
    return analyser
  }

  window.parleyKit.rtp = {
    async lines() {
      return (await Promise.all(open().map(linesOf))).flat()
    },
    record(everyMs) {
      clearInterval(timer)
      heard = { samples: 0, loudest: 0, energy: 0 }
      const level = levelsSince()
      const energy = energySince()
      reading = Promise.resolve()
      timer = every(() => {
        const loudest = Math.max(heard.loudest, level())
        heard = { ...heard, samples: heard.samples + 1, loudest }
        reading = reading.then(async () => {
          const grown = await energy()
          heard = { ...heard, energy: heard.energy + grown }
        })
      }, everyMs)
    },
    fail() {
      for (const connection of open()) {
        Object.defineProperty(connection, 'connectionState', {
          configurable: true,
          value: 'failed',
        })
        connection.dispatchEvent(new Event('connectionstatechange'))
        Reflect.deleteProperty(connection, 'connectionState')
      }
    },
    ice: () =>
      open().map(
        ({ localDescription }) => /a=ice-ufrag:(\S+)/.exec(localDescription?.sdp ?? '')?.[1],
      ),
    heard: () => heard,
    async recorded() {
      clearInterval(timer)
      await reading
      return heard
    },
    async tone() {
      const receiver = soundReceivers().at(-1)
      if (!receiver) return 0
      const analyser = analyse(receiver)
      const levels = new Float32Array(analyser.frequencyBinCount)
      analyser.getFloatFrequencyData(levels)
      const loudest = levels.reduce((best, now, i) => (now > (levels[best] ?? -200) ? i : best), 0)
      const hz = (loudest * analyser.context.sampleRate) / analyser.fftSize
      return (levels[loudest] ?? -200) > -60 ? hz : 0
    },
    colour(selector) {
      const video = document.querySelector<HTMLVideoElement>(selector)
      if (!video || video.videoWidth === 0) return undefined
      const canvas = new OffscreenCanvas(1, 1)
      const pen = canvas.getContext('2d')
      if (!pen) return undefined
      // The middle, where the picture of a fake device does not move.
      pen.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data
      const strongest = Math.max(red, green, blue)
      if (strongest < 60) return 'black'
      return strongest === red ? 'red' : strongest === green ? 'green' : 'blue'
    },
  }
}
