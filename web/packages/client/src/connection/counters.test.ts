import { describe, expect, it } from 'vitest'
import { countersOf, type Counters, type Slots } from './counters'

const nothing: Counters = {
  audio_packets_received: 0,
  camera_frames_decoded: 0,
  screen_frames_decoded: 0,
  camera_frames_sent: 0,
  screen_frames_sent: 0,
}

describe('counters of a connection', () => {
  it('are read for every line of the description', () => {
    expect(
      count([
        { type: 'inbound-rtp', kind: 'audio', mid: '0', packetsReceived: 42, totalAudioEnergy: 2 },
        { type: 'inbound-rtp', kind: 'video', mid: '2', framesDecoded: 3 },
        { type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: 5 },
        { type: 'outbound-rtp', kind: 'audio', mid: '0', packetsSent: 99 },
        { type: 'outbound-rtp', kind: 'video', mid: '2', framesSent: 7 },
        { type: 'outbound-rtp', kind: 'video', mid: '1', framesSent: 11 },
        source('microphone', 0.5),
      ]),
    ).toEqual({
      audio_packets_received: 42,
      audio_energy_received: 2e9,
      camera_frames_decoded: 5,
      screen_frames_decoded: 3,
      audio_energy_sent: 5e8,
      camera_frames_sent: 11,
      screen_frames_sent: 7,
    })
  })

  it('are zero for missing and invalid values', () => {
    expect(count([])).toEqual(nothing)
    expect(
      count([
        { type: 'inbound-rtp', kind: 'audio', packetsReceived: -1, totalAudioEnergy: NaN },
        { type: 'inbound-rtp', kind: 'video', mid: '1', framesDecoded: Infinity },
        { type: 'inbound-rtp', kind: 'video', mid: '9', framesDecoded: 4 },
        { type: 'outbound-rtp', kind: 'video', mid: '1' },
      ]),
    ).toEqual({ ...nothing, audio_energy_received: 0 })
  })

  it('leave out the loudness if the browser does not count it', () => {
    const heard = { type: 'inbound-rtp', kind: 'audio', packetsReceived: 42 }
    expect(count([heard])).not.toHaveProperty('audio_energy_received')
    const silence = count([{ ...heard, totalAudioEnergy: 0 }])
    expect(silence.audio_energy_received).toBe(0)
    expect(count([heard, { ...heard, totalAudioEnergy: 2 }]).audio_energy_received).toBe(2e9)
  })

  it('are whole numbers, even for the smallest energy', () => {
    const heard = { type: 'inbound-rtp', kind: 'audio', totalAudioEnergy: 1.2345678912 }
    expect(count([heard, source('microphone', 1e-9)])).toMatchObject({
      audio_energy_received: 1_234_567_891,
      audio_energy_sent: 1,
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
    ).toMatchObject({
      camera_frames_decoded: 5,
      screen_frames_decoded: 3,
      camera_frames_sent: 11,
      screen_frames_sent: 7,
    })
  })

  it('are assigned by order if the browser names neither', () => {
    const decoded = (framesDecoded: number) => ({
      type: 'inbound-rtp',
      kind: 'video',
      framesDecoded,
    })
    const encoded = (framesSent: number) => ({ type: 'outbound-rtp', kind: 'video', framesSent })
    expect(count([decoded(5), decoded(3), encoded(11), encoded(7)])).toMatchObject({
      camera_frames_decoded: 5,
      screen_frames_decoded: 3,
      camera_frames_sent: 11,
      screen_frames_sent: 7,
    })
  })

  it('count the sound of the attached microphone only', () => {
    expect(count([source('earlier microphone', 3), source('microphone', 1)])).toMatchObject({
      audio_energy_sent: 1e9,
    })
    expect(count([source('earlier microphone', 3)])).not.toHaveProperty('audio_energy_sent')
    expect(count([source('microphone')])).not.toHaveProperty('audio_energy_sent')
    const muted = count([source('microphone', 0)])
    expect(muted.audio_energy_sent).toBe(0)
  })
})

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
  const report = new Map(entries.map((entry, index) => [String(index), entry]))
  return countersOf(report, new Map(slots as never) as unknown as Slots)
}
