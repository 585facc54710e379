// Runs in the page: keeps what its newest connection has received, several times a second, and tells
// by which way the packets go.

/** What has arrived until a moment, over all connections of the page, one after the other. */
export type Sample = {
  /** Milliseconds since 1970, as the tests count. */
  readonly at: number
  readonly packets: number
  readonly energy: number
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
  let last = { connection: undefined as RTCPeerConnection | undefined, packets: 0, energy: 0 }
  let sum = { packets: 0, energy: 0 }
  const sample = async () => {
    const connection = newest()
    if (!connection) return
    if (last.connection !== connection) last = { connection, packets: 0, energy: 0 }
    const at = Date.now()
    let [packets, energy] = [0, 0]
    for (const entry of await read(connection)) {
      if (entry.type !== 'inbound-rtp' || entry['kind'] !== 'audio') continue
      packets += Number(entry['packetsReceived'] ?? 0)
      energy += Number(entry['totalAudioEnergy'] ?? 0)
    }
    sum = {
      packets: sum.packets + Math.max(0, packets - last.packets),
      energy: sum.energy + Math.max(0, energy - last.energy),
    }
    last = { connection, packets, energy }
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
