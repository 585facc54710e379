// The media of fake devices: one tone per microphone, one colour per camera. The tracks are real
// and run at the pace of Chromium's own fake device: the browser knows that the page captures, and
// no timer of the page is needed.
import type { FakeDevice } from './types'

/** Runs in the page before the app. */
export function installSources(): void {
  type Source = {
    readonly device: FakeDevice
    readonly tells: MediaTrackSettings
    readonly tracks: Set<MediaStreamTrack>
    muted: boolean
    end(): Promise<void>
  }
  const media = navigator.mediaDevices
  const openReal = media.getUserMedia.bind(media)
  const sources = new Set<Source>()
  const sourceOf = new WeakMap<MediaStreamTrack, Source>()
  const WIDTH = 320
  const HEIGHT = 180

  const adopt = (source: Source, track: MediaStreamTrack) => {
    source.tracks.add(track)
    sourceOf.set(track, source)
  }

  /** Makes the next piece with the duration and the time stamp of the real device's piece. */
  const toneOf = ({ hz = 440, level = 0.5 }: FakeDevice) => {
    let phase = 0
    return (real: AudioData, muted: boolean) => {
      const { numberOfFrames, sampleRate, timestamp } = real
      const data = new Float32Array(numberOfFrames)
      for (let i = 0; i < numberOfFrames; ++i) {
        data[i] = muted ? 0 : level * Math.sin(phase)
        phase += (2 * Math.PI * hz) / sampleRate
      }
      const format = 'f32-planar'
      return new AudioData({
        format,
        sampleRate,
        numberOfFrames,
        numberOfChannels: 1,
        timestamp,
        data,
      })
    }
  }
  const pictureOf = ({ colour = 'gray' }: FakeDevice) => {
    const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
    const pen = canvas.getContext('2d')
    let at = 0
    return (real: VideoFrame, muted: boolean) => {
      if (muted || !pen) return undefined
      pen.fillStyle = colour
      pen.fillRect(0, 0, WIDTH, HEIGHT)
      // A mark moves along the edge, so that two frames are never the same.
      pen.fillStyle = 'white'
      at = (at + 8) % WIDTH
      pen.fillRect(at, 0, 16, 16)
      return new VideoFrame(canvas, { timestamp: real.timestamp })
    }
  }

  // Chromium's camera is opened once: it hangs at times when pages open and close it often, and
  // then no page gets a frame.
  let camera: Promise<MediaStreamTrack | undefined> | undefined
  const openCamera = async () => {
    const video = { width: WIDTH, height: HEIGHT }
    camera ??= openReal({ video }).then((stream) => stream.getTracks()[0])
    return (await camera)?.clone()
  }
  const openMicrophone = async () => (await openReal({ audio: true })).getTracks()[0]

  const capture = async <Chunk extends AudioData | VideoFrame>(
    device: FakeDevice,
    tells: MediaTrackSettings,
    open: () => Promise<MediaStreamTrack | undefined>,
    next: (real: Chunk, muted: boolean) => Chunk | undefined,
  ): Promise<MediaStreamTrack> => {
    const real = await open()
    if (!real) throw new Error('Chromium faked no device')
    const kind = device.kind === 'microphone' ? 'audio' : 'video'
    const track = new window.MediaStreamTrackGenerator<Chunk>({ kind })
    const writer = track.writable.getWriter()
    const reader = new window.MediaStreamTrackProcessor<Chunk>({ track: real }).readable.getReader()
    const source: Source = {
      device,
      tells,
      tracks: new Set(),
      muted: false,
      async end() {
        sources.delete(source)
        real.stop()
        await reader.cancel()
        // Ends the track and its clones, each with its event, as unplugging does.
        await writer.close().catch(() => undefined)
      },
    }
    adopt(source, track)
    sources.add(source)
    const pump = async () => {
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        const inUse = [...source.tracks].some(({ readyState }) => readyState === 'live')
        const piece = inUse ? next(value, source.muted) : undefined
        value.close()
        if (piece) await writer.write(piece)
        if (!inUse) return
      }
    }
    void pump()
      .catch(() => undefined) // the last track was stopped while a piece was being written
      .then(() => source.end())
    return track
  }

  // A track reports its device, and so do its clones.
  const { prototype } = MediaStreamTrack
  const own = Object.getOwnPropertyDescriptors(prototype)
  prototype.clone = function () {
    const clone = own.clone.value!.call(this)
    const source = sourceOf.get(this)
    if (source) adopt(source, clone)
    return clone
  }
  prototype.getSettings = function () {
    return { ...own.getSettings.value!.call(this), ...sourceOf.get(this)?.tells }
  }
  prototype.applyConstraints = async function (wanted) {
    if (!sourceOf.has(this)) await own.applyConstraints.value!.call(this, wanted)
  }
  Object.defineProperty(prototype, 'label', {
    ...own.label,
    get(this: MediaStreamTrack) {
      return sourceOf.get(this)?.device.label ?? own.label.get!.call(this)
    },
  })
  Object.defineProperty(prototype, 'muted', {
    ...own.muted,
    get(this: MediaStreamTrack) {
      return sourceOf.get(this)?.muted ?? own.muted.get!.call(this)
    },
  })

  const of = (device: string) => [...sources].filter((source) => source.device.id === device)

  window.parleyKit.sources = {
    open: (device, tells) =>
      device.kind === 'microphone'
        ? capture(device, tells, openMicrophone, toneOf(device))
        : capture(device, tells, openCamera, pictureOf(device)),
    async end(device) {
      await Promise.all(of(device).map(async (source) => source.end()))
    },
    mute(device, muted) {
      for (const source of of(device)) {
        source.muted = muted
        for (const track of source.tracks) track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))
      }
    },
  }
}
