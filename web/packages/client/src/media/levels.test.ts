import { describe, expect, it } from 'vitest'
import { FakePlatform, FakeTrack } from '../testing'
import type { MediaRequestId, PhoneEvent } from '../generated/phone'
import { createMedia } from './media'

const request = 7 as MediaRequestId
const measure = { type: 'measure_sound', request } as const
const close = { type: 'close_media', request, source: 'microphone' } as const

describe('measuring a microphone', () => {
  it('reports the largest absolute sample since the last measurement', async () => {
    const { media, context, peaks } = await openMicrophone()
    media.measure(measure)
    context.hears(0.5, 0.02, -0.25, 0.1)
    media.measure(measure)
    context.hears(0.5, 0.003)
    media.measure(measure)
    expect(peaks()).toEqual([250_000, 3000])
  })

  it('reports nothing before the first sound', async () => {
    const { media, peaks } = await openMicrophone()
    media.measure(measure)
    media.measure(measure)
    expect(peaks()).toEqual([])
  })

  it('measures a muted microphone on a track of its own', async () => {
    const { media, microphone } = await openMicrophone()
    expect(microphone.clones).toEqual([])
    expect(media.count()).toBe(1)
    media.measure(measure)
    media.measure(measure)
    expect(microphone.enabled).toBe(false)
    expect(microphone.clones.map(({ enabled }) => enabled)).toEqual([true])
    expect(media.count()).toBe(2)
  })

  it('reports no more than full scale', async () => {
    const { media, context, peaks } = await openMicrophone()
    media.measure(measure)
    context.hears(0.5, 1.5)
    media.measure(measure)
    expect(peaks()).toEqual([1_000_000])
  })

  it('ends with the microphone, closed or gone', async () => {
    for (const end of ['closed', 'gone'] as const) {
      const { media, microphone, context } = await openMicrophone()
      media.measure(measure)
      if (end === 'closed') media.close(close)
      else microphone.vanishes()
      expect(microphone.clones[0]?.readyState).toBe('ended')
      expect([context.connected, context.state]).toEqual([0, 'closed'])
      expect(media.count()).toBe(0)
    }
  })

  it('shares one context, which lasts as long as there is a microphone', async () => {
    const { media, platform, context, contexts } = await openMicrophone()
    const other = 8 as MediaRequestId
    media.open({ type: 'open_media', request: other, microphone: { quality: 'full' } })
    platform.requests.at(-1)!.grant(new FakeTrack('audio'))
    await settled()
    media.measure(measure)
    media.measure({ ...measure, request: other })
    media.close(close)
    expect([contexts(), context.state]).toEqual([1, 'running'])
    media.close({ ...close, request: other })
    expect(context.state).toBe('closed')
  })

  it('reports nothing, not silence, while the browser holds sound back, and resumes the context', async () => {
    const { media, context, peaks } = await openMicrophone()
    context.state = 'suspended'
    media.measure(measure)
    media.measure(measure)
    expect(context.resumes).toBe(2)
    context.state = 'running'
    context.hears(0.5, 0.1)
    media.measure(measure)
    expect(peaks()).toEqual([100_000])
  })

  it('reports nothing without audio support or without the microphone', async () => {
    const { media, platform, peaks, logged } = await openMicrophone()
    platform.createAudioContext = undefined
    media.measure(measure)
    media.measure({ ...measure, request: 9 as MediaRequestId })
    expect([peaks(), logged, media.count()]).toEqual([[], [], 1])
  })

  it('gives up a microphone that can not be measured, and logs it once', async () => {
    const { media, microphone, context, logged } = await openMicrophone()
    context.createMediaStreamSource = () => {
      throw new DOMException('another sample rate', 'NotSupportedError')
    }
    media.measure(measure)
    media.measure(measure)
    expect(logged).toHaveLength(1)
    expect(microphone.clones.map(({ readyState }) => readyState)).toEqual(['ended'])
    expect([media.count(), context.state]).toEqual([1, 'closed'])
  })

  it('stops when the phone does', async () => {
    const { media, microphone, context } = await openMicrophone()
    media.measure(measure)
    media.closeAll()
    expect(microphone.clones[0]?.readyState).toBe('ended')
    expect(context.state).toBe('closed')
  })
})

const settled = () => new Promise((resolve) => setImmediate(resolve))

class FakeAudioContext {
  state: AudioContextState = 'running'
  readonly sampleRate = 8
  currentTime = 0
  resumes = 0
  /** The nodes that are connected. */
  connected = 0
  readonly #kept = new Float32Array(32_768)

  createMediaStreamSource = () => this.#node()

  createAnalyser() {
    const copy = (to: Float32Array) => to.set(this.#kept)
    return { ...this.#node(), fftSize: 2048, getFloatTimeDomainData: copy }
  }

  #node() {
    this.connected += 1
    return { connect: () => undefined, disconnect: () => (this.connected -= 1) }
  }

  /** Lets time pass. The given samples are the last ones of this time. */
  hears(seconds: number, ...samples: number[]) {
    this.currentTime += seconds
    const count = seconds * this.sampleRate
    this.#kept.copyWithin(0, count)
    this.#kept.fill(0, -count)
    this.#kept.set(samples, this.#kept.length - samples.length)
  }

  async resume() {
    this.resumes += 1
  }

  async close() {
    this.state = 'closed'
  }
}

async function openMicrophone() {
  const platform = new FakePlatform()
  const context = new FakeAudioContext()
  let contexts = 0
  platform.createAudioContext = () => {
    contexts += 1
    return context as unknown as AudioContext
  }
  const events: PhoneEvent[] = []
  const logged: string[] = []
  const media = createMedia(platform, {
    report: (event) => void events.push(event),
    log: (_, text) => void logged.push(text),
    changed: () => undefined,
  })
  const microphone = new FakeTrack('audio')
  media.open({ type: 'open_media', request, microphone: { quality: 'full' } })
  platform.requests[0]!.grant(microphone)
  await settled()
  const peaks = () =>
    events.flatMap((event) => (event.type === 'sound_measured' ? [event.peak_millionths] : []))
  return { media, platform, microphone, context, contexts: () => contexts, peaks, logged }
}
