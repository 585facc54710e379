// Devices without any: what is listed, heard and seen is made up.
import type { Device, DeviceKind, Devices } from '@parley/client'

import { fakePicture, self } from './fakePicture'

const found: Readonly<Record<DeviceKind, readonly Device[]>> = {
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

export const fakeDevices: Devices = {
  list: () => Promise.resolve(found),
  chosen: (kind) => (kind === 'microphone' ? 'm2' : kind === 'speaker' ? 'gone' : undefined),
  choose: () => undefined,
  onChange: () => () => undefined,
  constraints: () => ({}),
  open: (kind) => {
    const stream = kind === 'camera' ? fakePicture(self) : hum()
    return Promise.resolve({ ok: true, stream })
  },
  choosesSpeaker: true,
  route: () => Promise.resolve(),
}

/** As loud as somebody who speaks softly. */
function hum(): MediaStream {
  const context = new AudioContext()
  const volume = new GainNode(context, { gain: 0.08 })
  const way = context.createMediaStreamDestination()
  const tone = new OscillatorNode(context, { frequency: 220 })
  tone.connect(volume).connect(way)
  tone.start()
  return way.stream
}
