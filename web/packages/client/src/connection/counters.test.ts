import { describe, expect, it } from 'vitest'
import { countersOf, type Counters, type Slots } from './counters'

const nothing: Counters = {
  path: {},
  microphone_received: {},
  camera_received: {},
  screen_received: {},
  microphone_sent: {},
  camera_sent: {},
  screen_sent: {},
}

describe('counters of a connection', () => {
  it('are read for every line of the description', () => {
    expect(
      count([
        {
          ...{ type: 'inbound-rtp', kind: 'audio', mid: '0', packetsReceived: 42 },
          ...{ bytesReceived: 4200, packetsLost: 2, jitter: 0.0123, totalAudioEnergy: 2 },
        },
        { type: 'inbound-rtp', kind: 'video', mid: '2', framesDecoded: 3, packetsReceived: 30 },
        { type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: 5, jitter: 0 },
        { id: 'voice', type: 'outbound-rtp', kind: 'audio', mid: '0', packetsSent: 99 },
        { type: 'outbound-rtp', kind: 'video', mid: '2', framesSent: 7 },
        { id: 'face', type: 'outbound-rtp', kind: 'video', mid: '1', framesSent: 11, bytesSent: 8 },
        { type: 'remote-inbound-rtp', localId: 'voice', packetsLost: 4, jitter: 0.03 },
        { type: 'remote-inbound-rtp', localId: 'face', packetsLost: -1 },
        source('microphone', 0.5),
      ]),
    ).toEqual({
      path: {},
      microphone_received: { packets: 42, bytes: 4200, lost: 2, jitter_ms: 12, energy: 2e9 },
      camera_received: { frames: 5, jitter_ms: 0 },
      screen_received: { frames: 3, packets: 30 },
      microphone_sent: { packets: 99, lost: 4, jitter_ms: 30, energy: 5e8 },
      camera_sent: { frames: 11, bytes: 8, lost: 0 },
      screen_sent: { frames: 7 },
    })
  })

  it('are absent for missing values, and zero for invalid ones', () => {
    expect(count([])).toEqual(nothing)
    expect(
      count([
        { type: 'inbound-rtp', kind: 'audio', packetsReceived: -1, totalAudioEnergy: NaN },
        { type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: Infinity },
        { type: 'inbound-rtp', kind: 'video', mid: '9', framesDecoded: 4 },
        { type: 'outbound-rtp', kind: 'video', mid: '1' },
      ]),
    ).toEqual({
      ...nothing,
      microphone_received: { packets: 0, energy: 0 },
      camera_received: { frames: 0 },
    })
  })

  it('leave out the loudness if the browser does not count it', () => {
    const heard = { type: 'inbound-rtp', kind: 'audio', packetsReceived: 42 }
    const energy = (entries: readonly object[]) => count(entries).microphone_received.energy
    expect(energy([heard])).toBeUndefined()
    expect(energy([{ ...heard, totalAudioEnergy: 0 }])).toBe(0)
    expect(energy([heard, { ...heard, totalAudioEnergy: 2 }])).toBe(2e9)
  })

  it('say how sound and pictures arrive and leave, as Chromium counts it', () => {
    expect(
      count([
        {
          ...{ type: 'inbound-rtp', kind: 'audio', totalSamplesReceived: 96_000 },
          ...{ concealedSamples: 480, silentConcealedSamples: 48 },
          ...{ jitterBufferDelay: 5760.25, jitterBufferEmittedCount: 96_000 },
        },
        {
          ...{ type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: 60, freezeCount: 1 },
          ...{
            totalFreezesDuration: 0.412,
            frameWidth: 640,
            frameHeight: 480,
            framesPerSecond: 29,
          },
        },
        {
          ...{
            id: 'face',
            type: 'outbound-rtp',
            kind: 'video',
            mid: '1',
            targetBitrate: 250_000.4,
          },
          ...{ qualityLimitationReason: 'bandwidth', frameWidth: 320, frameHeight: 240 },
          framesPerSecond: 12,
        },
        { id: 'voice', type: 'outbound-rtp', kind: 'audio', targetBitrate: 32_000 },
        { type: 'remote-inbound-rtp', localId: 'voice', roundTripTime: 0.081, fractionLost: 0.05 },
      ]),
    ).toEqual({
      ...nothing,
      microphone_received: {
        samples: 96_000,
        concealed: 480,
        silent_concealed: 48,
        buffered_ms: 5_760_250,
        emitted: 96_000,
      },
      camera_received: {
        ...{ frames: 60, freezes: 1, frozen_ms: 412, width: 640, height: 480, fps: 29 },
      },
      microphone_sent: { round_trip_ms: 81, lost_permille: 50, target_bps: 32_000 },
      camera_sent: { target_bps: 250_000, limit: 'bandwidth', width: 320, height: 240, fps: 12 },
    })
  })

  it('say what keeps an encoder back, but no reason that is not known', () => {
    const limit = (...reasons: readonly string[]) =>
      count(
        reasons.map((qualityLimitationReason) => ({
          ...{ type: 'outbound-rtp', kind: 'video', mid: '1', qualityLimitationReason },
        })),
      ).camera_sent.limit
    expect(limit('none')).toBe('none')
    expect(limit('none', 'cpu')).toBe('cpu')
    expect(limit('weather')).toBeUndefined()
  })

  it('are whole numbers, even for the smallest energy', () => {
    const heard = { type: 'inbound-rtp', kind: 'audio', totalAudioEnergy: 1.2345678912 }
    expect(count([heard, source('microphone', 1e-9)])).toMatchObject({
      microphone_received: { energy: 1_234_567_891 },
      microphone_sent: { energy: 1 },
    })
  })

  it('are assigned by track if the browser does not name the lines', () => {
    expect(
      count([
        { type: 'inbound-rtp', kind: 'video', trackIdentifier: 'remote screen', framesDecoded: 3 },
        { type: 'inbound-rtp', kind: 'video', trackIdentifier: 'remote camera', framesDecoded: 5 },
        { type: 'outbound-rtp', kind: 'video', mediaSourceId: 'of screen', framesSent: 7 },
        { type: 'outbound-rtp', kind: 'video', mediaSourceId: 'of camera', framesSent: 11 },
        source('screen'),
        source('camera'),
      ]),
    ).toMatchObject(pictures)
  })

  it('are assigned by order if the browser names neither', () => {
    const decoded = (framesDecoded: number) => ({
      type: 'inbound-rtp',
      kind: 'video',
      framesDecoded,
    })
    const encoded = (framesSent: number) => ({ type: 'outbound-rtp', kind: 'video', framesSent })
    expect(count([decoded(5), decoded(3), encoded(11), encoded(7)])).toMatchObject(pictures)
  })

  it('count the sound of the attached microphone only', () => {
    const energy = (entries: readonly object[]) => count(entries).microphone_sent.energy
    expect(energy([source('earlier microphone', 3), source('microphone', 1)])).toBe(1e9)
    expect(energy([source('earlier microphone', 3)])).toBeUndefined()
    expect(energy([source('microphone')])).toBeUndefined()
    expect(energy([source('microphone', 0)])).toBe(0)
  })
})

describe('the path of a connection', () => {
  const candidates = [
    { id: 'here', type: 'local-candidate', candidateType: 'srflx' },
    { id: 'there', type: 'remote-candidate', candidateType: 'relay' },
  ]
  const pair = { type: 'candidate-pair', localCandidateId: 'here', remoteCandidateId: 'there' }

  it('is the pair that the transport has selected', () => {
    expect(
      count([
        ...candidates,
        { ...pair, id: 'other', currentRoundTripTime: 9 },
        { ...pair, id: 'ours', currentRoundTripTime: 0.0417, availableOutgoingBitrate: 300_000.4 },
        { type: 'transport', selectedCandidatePairId: 'ours' },
      ]).path,
    ).toEqual({ round_trip_ms: 42, local: 'srflx', remote: 'relay', available_bps: 300_000 })
  })

  it('is the pair marked as selected where no transport names one', () => {
    const { path } = count([...candidates, { ...pair, selected: true }, pair])
    expect(path).toEqual({ local: 'srflx', remote: 'relay' })
  })

  it('leaves out what it does not know', () => {
    const selected = { type: 'transport', selectedCandidatePairId: 'gone' }
    expect(count([pair]).path).toEqual({})
    expect(count([{ ...pair, id: 'ours' }, selected]).path).toEqual({})
    const odd = { id: 'here', type: 'local-candidate', candidateType: 'new one' }
    expect(count([odd, { ...pair, selected: true }]).path).toEqual({})
  })
})

const pictures = {
  camera_received: { frames: 5 },
  screen_received: { frames: 3 },
  camera_sent: { frames: 11 },
  screen_sent: { frames: 7 },
}

function source(track: string, totalAudioEnergy?: number) {
  const kind = track.includes('microphone') ? 'audio' : 'video'
  const energy = totalAudioEnergy === undefined ? {} : { totalAudioEnergy }
  return { type: 'media-source', kind, trackIdentifier: track, ...energy, id: `of ${track}` }
}

function count(entries: readonly object[]): Counters {
  const slots = (['microphone', 'camera', 'screen'] as const).map((name, index) => [
    name,
    {
      mid: String(index),
      sender: { track: { id: name } },
      receiver: { track: { id: `remote ${name}` } },
    },
  ])
  const report = new Map(
    entries.map((entry, index) => ['id' in entry ? String(entry.id) : String(index), entry]),
  )
  return countersOf(report, new Map(slots as never) as unknown as Slots)
}
