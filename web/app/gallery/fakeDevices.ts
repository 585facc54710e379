// Fake devices with made-up names, sound and pictures.
import { noDevices, type CaptureKind, type DeviceList, type Devices } from '@parley/client'

import { fakePicture, self } from './fakePicture'
import type { Scene } from './views'

const found: DeviceList = {
  microphone: [
    { id: 'm1', label: 'Built-in microphone' },
    { id: 'm2', label: 'Jabra Evolve2 65 (0b0e:30c8), mono, Bluetooth hands-free profile' },
  ],
  camera: [{ id: 'c1', label: 'FaceTime HD camera' }],
  speaker: [
    { id: 's1', label: 'Built-in speakers' },
    { id: 's2', label: '' },
  ],
}

export function fakeDevices(which: Scene['devices'] = 'all'): Devices {
  const none = which === 'none'
  return {
    list: () => Promise.resolve(none ? noDevices : found),
    chosen: (kind) => {
      if (none) return undefined
      return kind === 'microphone' ? 'm2' : kind === 'speaker' ? 'gone' : undefined
    },
    choose: () => undefined,
    onChange: () => () => undefined,
    open: (kind) => Promise.resolve(opened(kind, which)),
    choosesSpeaker: true,
    route: () => Promise.resolve(),
    refusedSpeaker: () => undefined,
    onSpeakerRefused: () => () => undefined,
  }
}

function opened(kind: CaptureKind, which: Scene['devices']) {
  if (which === 'none') return { ok: false, error: `device/${kind}-missing` } as const
  if (which === 'broken') return { ok: false, error: `device/${kind}-system-denied` } as const
  const stream = kind === 'camera' ? fakePicture(self) : hum()
  if (which === 'silent') silence(stream)
  return { ok: true, stream } as const
}

/** Mutes the tracks, as a switch outside of the page does. */
function silence(stream: MediaStream): void {
  for (const track of stream.getTracks()) Object.defineProperty(track, 'muted', { value: true })
}

/** A tone as loud as a soft voice. */
function hum(): MediaStream {
  const context = new AudioContext()
  const volume = new GainNode(context, { gain: 0.08 })
  const way = context.createMediaStreamDestination()
  const tone = new OscillatorNode(context, { frequency: 220 })
  tone.connect(volume).connect(way)
  tone.start()
  return way.stream
}
