// Reads the counters that the core needs from the statistics of a connection (W3C webrtc-stats,
// section 8). Browsers leave out values that they do not count.
import type { SourceKind, StatsSampled } from '../generated/phone'

export type Slots = ReadonlyMap<SourceKind, RTCRtpTransceiver>

export type Counters = Omit<StatsSampled, 'type' | 'connection'>

/** Entries that the types of TypeScript's DOM library lack. */
type MediaSource = RTCStats & {
  readonly kind: string
  readonly trackIdentifier: string
  readonly totalAudioEnergy?: number
}

const BILLION = 1e9

export function countersOf(stats: RTCStatsReport, slots: Slots): Counters {
  const received: RTCInboundRtpStreamStats[] = []
  const sent: RTCOutboundRtpStreamStats[] = []
  const sources: MediaSource[] = []
  stats.forEach((entry: RTCStats) => {
    if (entry.type === 'inbound-rtp') received.push(entry as RTCInboundRtpStreamStats)
    if (entry.type === 'outbound-rtp') sent.push(entry as RTCOutboundRtpStreamStats)
    if (entry.type === 'media-source') sources.push(entry as MediaSource)
  })

  const heard = received.filter(({ kind }) => kind === 'audio')
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
  const energySent = sources.find(
    ({ kind, trackIdentifier }) =>
      kind === 'audio' && trackIdentifier === slots.get('microphone')?.sender.track?.id,
  )?.totalAudioEnergy

  const energies = heard.flatMap(({ totalAudioEnergy }) => totalAudioEnergy ?? [])
  const energyHeard = energies.length > 0 ? energies.reduce((sum, one) => sum + one) : undefined

  return {
    audio_packets_received: total(heard, ({ packetsReceived }) => packetsReceived),
    ...(energyHeard === undefined ? {} : { audio_energy_received: whole(energyHeard * BILLION) }),
    camera_frames_decoded: total(decoded.camera, ({ framesDecoded }) => framesDecoded),
    screen_frames_decoded: total(decoded.screen, ({ framesDecoded }) => framesDecoded),
    ...(energySent === undefined ? {} : { audio_energy_sent: whole(energySent * BILLION) }),
    camera_frames_sent: total(encoded.camera, ({ framesSent }) => framesSent),
    screen_frames_sent: total(encoded.screen, ({ framesSent }) => framesSent),
  }
}

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

function total<Entry>(
  entries: readonly Entry[],
  counter: (entry: Entry) => number | undefined,
): number {
  return entries.reduce((sum, entry) => sum + whole(counter(entry)), 0)
}

/** The core accepts only whole numbers from zero. */
function whole(value: number | undefined): number {
  return value !== undefined && value > 0 && Number.isFinite(value) ? Math.round(value) : 0
}
