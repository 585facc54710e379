// Runs in the page: keeps what its newest connection has received, several times a second, and tells
// by which way the packets go.

/** What has arrived until a moment, over all connections of the page, one after the other. */
export type Sample = {
  /** Milliseconds since 1970, as the tests count. */
  readonly at: number
  readonly packets: number
  readonly energy: number
  /** Pictures that were decoded. */
  readonly frames: number
}

/** The pair of candidates that carries the media. */
export type Way = {
  readonly local: string
  readonly remote: string
  /** Of the candidate: udp or tcp. */
  readonly protocol: string
  /** From the page to its relay: udp, tcp or tls; absent without a relay. */
  readonly relayProtocol?: string
  /** The URL of the relay. */
  readonly relay?: string
}

export type Ear = {
  samples(): Sample[]
  way(): Promise<Way | undefined>
}

declare global {
  interface Window {
    parleyEar?: Ear
  }
}

/** Installs the ear, once in a page. */
export function listen(everyMs: number): void {
  if (window.parleyEar) return
  type Stats = RTCStats & Readonly<Record<string, unknown>>
  const newest = () =>
    window.parleyKit.held
      .connections()
      .findLast(({ signalingState }) => signalingState !== 'closed')
  const read = async (connection: RTCPeerConnection) => {
    const found: Stats[] = []
    ;(await connection.getStats()).forEach((entry: Stats) => found.push(entry))
    return found
  }

  const samples: Sample[] = []
  const nothing = { packets: 0, energy: 0, frames: 0 }
  let last = { connection: undefined as RTCPeerConnection | undefined, ...nothing }
  let sum = nothing
  const sample = async () => {
    const connection = newest()
    if (!connection) return
    if (last.connection !== connection) last = { connection, ...nothing }
    const at = Date.now()
    const now = { ...nothing }
    for (const entry of await read(connection)) {
      if (entry.type !== 'inbound-rtp') continue
      now.frames += Number(entry['framesDecoded'] ?? 0)
      if (entry['kind'] !== 'audio') continue
      now.packets += Number(entry['packetsReceived'] ?? 0)
      now.energy += Number(entry['totalAudioEnergy'] ?? 0)
    }
    sum = {
      packets: sum.packets + Math.max(0, now.packets - last.packets),
      energy: sum.energy + Math.max(0, now.energy - last.energy),
      frames: sum.frames + Math.max(0, now.frames - last.frames),
    }
    last = { connection, ...now }
    samples.push({ at, ...sum })
  }
  let reading = Promise.resolve()
  window.setInterval(() => {
    reading = reading.then(sample).catch(() => undefined)
  }, everyMs)

  window.parleyEar = {
    samples: () => samples,
    async way() {
      const connection = newest()
      if (!connection) return undefined
      const stats = await read(connection)
      const by = (id: unknown) => stats.find((entry) => entry.id === id)
      const transport = stats.find((entry) => entry.type === 'transport')
      const pair = by(transport?.['selectedCandidatePairId'])
      const [local, remote] = [by(pair?.['localCandidateId']), by(pair?.['remoteCandidateId'])]
      if (!local || !remote) return undefined
      const { relayProtocol, url } = local
      return {
        local: String(local['candidateType']),
        remote: String(remote['candidateType']),
        protocol: String(local['protocol']),
        ...(typeof relayProtocol === 'string' ? { relayProtocol, relay: String(url) } : {}),
      }
    },
  }
}
