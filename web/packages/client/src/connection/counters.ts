// Reads the counters that the core needs from the statistics of a connection (W3C webrtc-stats,
// section 8). Browsers leave out values that they do not count.
import type {
  CandidateType,
  EncoderLimit,
  PathSample,
  ReceivedCounters,
  SentCounters,
  SourceKind,
  StatsSampled,
} from '../generated/phone'

export type Slots = ReadonlyMap<SourceKind, RTCRtpTransceiver>

export type Counters = Omit<StatsSampled, 'type' | 'connection' | 'at_ms' | 'state'>

/** Entries that the types of TypeScript's DOM library lack. */
type MediaSource = RTCStats & {
  readonly kind: string
  readonly trackIdentifier: string
  readonly totalAudioEnergy?: number
}
type RemoteInbound = RTCStats & {
  readonly localId?: string
  readonly packetsLost?: number
  readonly jitter?: number
  readonly roundTripTime?: number
  readonly fractionLost?: number
}
type Received = RTCInboundRtpStreamStats & {
  readonly freezeCount?: number
  readonly totalFreezesDuration?: number
}
type Sent = RTCOutboundRtpStreamStats & {
  readonly targetBitrate?: number
}
type Candidate = RTCStats & { readonly candidateType?: string }

const BILLION = 1e9

export function countersOf(stats: RTCStatsReport, slots: Slots): Counters {
  const received: Received[] = []
  const sent: Sent[] = []
  const reported: RemoteInbound[] = []
  const sources: MediaSource[] = []
  stats.forEach((entry: RTCStats) => {
    if (entry.type === 'inbound-rtp') received.push(entry as Received)
    if (entry.type === 'outbound-rtp') sent.push(entry as Sent)
    if (entry.type === 'remote-inbound-rtp') reported.push(entry)
    if (entry.type === 'media-source') sources.push(entry as MediaSource)
  })

  const decoded = byPicture(
    received,
    slots,
    (entry, { receiver }) => entry.trackIdentifier === receiver.track.id,
  )
  const encoded = byPicture(sent, slots, ({ mediaSourceId }, { sender }) =>
    sources.some(
      ({ id, trackIdentifier }) => id === mediaSourceId && trackIdentifier === sender.track?.id,
    ),
  )
  const spoken = sources.find(
    ({ kind, trackIdentifier }) =>
      kind === 'audio' && trackIdentifier === slots.get('microphone')?.sender.track?.id,
  )
  const isAudio = ({ kind }: Stream) => kind === 'audio'

  return {
    path: pathOf(stats),
    microphone_received: receivedOf(received.filter(isAudio)),
    camera_received: receivedOf(decoded.camera),
    screen_received: receivedOf(decoded.screen),
    microphone_sent: sentOf(sent.filter(isAudio), reported, spoken?.totalAudioEnergy),
    camera_sent: sentOf(encoded.camera, reported),
    screen_sent: sentOf(encoded.screen, reported),
  }
}

function receivedOf(entries: readonly Received[]): ReceivedCounters {
  return known({
    packets: total(entries, ({ packetsReceived }) => packetsReceived),
    bytes: total(entries, ({ bytesReceived }) => bytesReceived),
    lost: total(entries, ({ packetsLost }) => packetsLost),
    jitter_ms: longest(entries, ({ jitter }) => jitter),
    energy: total(entries, ({ totalAudioEnergy }) => times(totalAudioEnergy, BILLION)),
    frames: total(entries, ({ framesDecoded }) => framesDecoded),
    samples: total(entries, ({ totalSamplesReceived }) => totalSamplesReceived),
    concealed: total(entries, ({ concealedSamples }) => concealedSamples),
    silent_concealed: total(entries, ({ silentConcealedSamples }) => silentConcealedSamples),
    buffered_ms: total(entries, ({ jitterBufferDelay }) => times(jitterBufferDelay, 1000)),
    emitted: total(entries, ({ jitterBufferEmittedCount }) => jitterBufferEmittedCount),
    freezes: total(entries, ({ freezeCount }) => freezeCount),
    frozen_ms: total(entries, ({ totalFreezesDuration }) => times(totalFreezesDuration, 1000)),
    width: greatest(entries, ({ frameWidth }) => frameWidth),
    height: greatest(entries, ({ frameHeight }) => frameHeight),
    fps: greatest(entries, ({ framesPerSecond }) => framesPerSecond),
  })
}

function sentOf(
  entries: readonly Sent[],
  reported: readonly RemoteInbound[],
  energy?: number,
): SentCounters {
  const reports = reported.filter(({ localId }) => entries.some(({ id }) => id === localId))
  return known({
    packets: total(entries, ({ packetsSent }) => packetsSent),
    bytes: total(entries, ({ bytesSent }) => bytesSent),
    lost: total(reports, ({ packetsLost }) => packetsLost),
    jitter_ms: longest(reports, ({ jitter }) => jitter),
    energy: total([energy], (value) => times(value, BILLION)),
    frames: total(entries, ({ framesSent }) => framesSent),
    round_trip_ms: longest(reports, ({ roundTripTime }) => roundTripTime),
    lost_permille: greatest(reports, ({ fractionLost }) => times(fractionLost, 1000)),
    target_bps: total(entries, ({ targetBitrate }) => targetBitrate),
    limit: limitOf(entries),
    width: greatest(entries, ({ frameWidth }) => frameWidth),
    height: greatest(entries, ({ frameHeight }) => frameHeight),
    fps: greatest(entries, ({ framesPerSecond }) => framesPerSecond),
  })
}

const encoderLimits = ['none', 'cpu', 'bandwidth', 'other'] as const satisfies EncoderLimit[]

function limitOf(entries: readonly Sent[]): EncoderLimit | undefined {
  const told = entries.map(({ qualityLimitationReason }) => qualityLimitationReason)
  const known = encoderLimits.filter((limit) => told.includes(limit))
  return known.find((limit) => limit !== 'none') ?? known[0]
}

/** The pair of candidates in use, as the transport names it, or as Firefox marks it. */
function pathOf(stats: RTCStatsReport): PathSample {
  let selected: string | undefined
  let marked: RTCIceCandidatePairStats | undefined
  stats.forEach((entry: RTCStats) => {
    if (entry.type === 'transport')
      selected = (entry as RTCTransportStats).selectedCandidatePairId ?? selected
    if (entry.type === 'candidate-pair' && (entry as { selected?: boolean }).selected)
      marked = entry as RTCIceCandidatePairStats
  })
  const pair: RTCIceCandidatePairStats | undefined =
    selected === undefined ? marked : (stats.get(selected) as RTCIceCandidatePairStats | undefined)
  if (!pair) return {}
  const typeOf = (id: string) => {
    const type = (stats.get(id) as Candidate | undefined)?.candidateType
    return candidateTypes.find((known) => known === type)
  }
  return known({
    round_trip_ms: longest([pair], ({ currentRoundTripTime }) => currentRoundTripTime),
    local: typeOf(pair.localCandidateId),
    remote: typeOf(pair.remoteCandidateId),
    available_bps: total([pair], ({ availableOutgoingBitrate }) => availableOutgoingBitrate),
  })
}

const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const satisfies CandidateType[]

type Stream = { readonly kind: string; readonly mid?: string }

/**
 * Assigns entries to the camera and the screen: by the line of the description if the browser names
 * it, else by the track, else by order.
 */
function byPicture<Entry extends Stream>(
  entries: readonly Entry[],
  slots: Slots,
  isOfTrack: (entry: Entry, slot: RTCRtpTransceiver) => boolean,
): { readonly camera: readonly Entry[]; readonly screen: readonly Entry[] } {
  const found = { camera: [] as Entry[], screen: [] as Entry[] }
  const pictures = entries.filter(({ kind }) => kind === 'video')
  for (const [index, entry] of pictures.entries()) {
    const isOf = (source: 'camera' | 'screen') => {
      const slot = slots.get(source)
      if (!slot) return false
      return entry.mid === undefined ? isOfTrack(entry, slot) : entry.mid === slot.mid
    }
    if (isOf('screen')) found.screen.push(entry)
    else if (isOf('camera')) found.camera.push(entry)
    else if (entry.mid === undefined) found[index === 0 ? 'camera' : 'screen'].push(entry)
  }
  return found
}

/** The sum of a counter; nothing where no entry has it. */
function total<Entry>(
  entries: readonly Entry[],
  counter: (entry: Entry) => number | undefined,
): number | undefined {
  const values = entries.flatMap((entry) => counter(entry) ?? [])
  return values.length > 0 ? values.reduce((sum, one) => sum + whole(one), 0) : undefined
}

/** The longest of some times in seconds, in milliseconds; nothing where no entry has one. */
function longest<Entry>(
  entries: readonly Entry[],
  seconds: (entry: Entry) => number | undefined,
): number | undefined {
  return greatest(entries, (entry) => times(seconds(entry), 1000))
}

/** The greatest of some values; nothing where no entry has one. */
function greatest<Entry>(
  entries: readonly Entry[],
  value: (entry: Entry) => number | undefined,
): number | undefined {
  const values = entries.flatMap((entry) => value(entry) ?? [])
  return values.length > 0 ? Math.max(...values.map(whole)) : undefined
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

/** The core accepts only whole numbers from zero. */
function whole(value: number): number {
  return value > 0 && Number.isFinite(value) ? Math.round(value) : 0
}

/** Leaves out members without a value. */
function known<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as ReturnType<typeof known<Members>>
}
