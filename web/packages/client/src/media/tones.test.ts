import { describe, expect, it, vi } from 'vitest'
import { FakePlatform } from '../testing'
import { createDevices } from './devices'
import { createTones, renderTone } from './tones'
import type { TakeTurn, Turn } from '../page/tabTurn'

describe('tones', () => {
  it.each(['ringtone', 'waiting', 'ringback', 'ended'] as const)(
    '%s can be heard and is not clipped',
    (tone) => {
      const samples = renderTone(tone)
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
      expect(loudest).toBeGreaterThan(0.05)
      expect(loudest).toBeLessThan(0.9)
      // A round begins and ends with silence; otherwise the loop would click.
      expect(Math.abs(samples[0]!)).toBeLessThan(0.001)
      expect(Math.abs(samples.at(-1)!)).toBeLessThan(0.001)
    },
  )

  it('repeat until another is to be played', () => {
    const { tones, audio } = setUp()
    tones.play('ringtone')
    tones.play('ringtone')
    expect(audio.playing().map(({ loop }) => loop)).toEqual([true])
    tones.play('ringback')
    expect(audio.sources).toHaveLength(2)
    expect(audio.playing()).toEqual([audio.sources[1]])
    tones.play('none')
    expect(audio.playing()).toEqual([])
    expect(audio.state).toBe('suspended')
  })

  it('of an ended call is played once, and the context is suspended after it', () => {
    const { tones, audio } = setUp()
    tones.play('ended')
    expect(audio.playing().map(({ loop }) => loop)).toEqual([false])
    audio.sources[0]!.onended?.()
    expect(audio.state).toBe('suspended')
    tones.play('ended')
    expect(audio.playing()).toHaveLength(1)
  })

  it('ring in one tab only, and stop for a call in another tab', () => {
    const { tones, audio, platform } = setUp()
    const turns: Turn[] = []
    let givenUp = 0
    platform.takeTurn = (turn) => {
      turns.push(turn)
      return () => (givenUp += 1)
    }
    tones.play('ringtone')
    expect(audio.playing()).toEqual([])
    expect(tones.blocked()).toBe(false)
    turns[0]!.begin()
    expect(audio.playing()).toHaveLength(1)
    turns[0]!.lose()
    expect(audio.playing()).toEqual([])
    tones.play('waiting')
    expect(givenUp).toBe(1)
    expect(turns.map(({ urgent }) => urgent)).toEqual([false, true])
    tones.play('ringback')
    expect(givenUp).toBe(2)
    expect(audio.playing()).toHaveLength(1)
    expect(turns).toHaveLength(2)
  })

  it('wait for a gesture if the browser requires one, and report it', () => {
    const { tones, audio, platform, changes } = setUp()
    platform.allowsSound = false
    audio.allowed = false
    tones.play('ringtone')
    expect(tones.blocked()).toBe(true)
    expect(changes()).toBeGreaterThan(0)
    audio.allowed = true
    platform.gesture()
    expect(audio.state).toBe('running')
    expect(tones.blocked()).toBe(false)
    tones.play('none')
    // The remaining listener is for speaker changes.
    expect(platform.listeners()).toBe(1)
  })

  it('ring after a gesture only in the tab whose turn it is', () => {
    const takeTurn = oneAtATime()
    const [first, second] = [setUp(), setUp()]
    for (const { platform } of [first, second]) platform.takeTurn = takeTurn
    second.platform.allowsSound = false
    second.audio.allowed = false
    first.tones.play('ringtone')
    second.tones.play('ringtone')
    expect(first.audio.playing()).toHaveLength(1)
    second.audio.allowed = true
    second.platform.gesture()
    expect(second.audio.playing()).toEqual([])
    expect(second.tones.blocked()).toBe(false)
    first.tones.close()
    expect(second.audio.playing()).toHaveLength(1)
  })

  it('leave the turn to other tabs while the browser blocks sound', () => {
    const takeTurn = oneAtATime()
    const [quiet, other] = [setUp(), setUp()]
    for (const { platform } of [quiet, other]) platform.takeTurn = takeTurn
    quiet.platform.allowsSound = false
    quiet.audio.allowed = false
    quiet.tones.play('ringtone')
    other.tones.play('ringtone')
    expect(other.audio.playing()).toHaveLength(1)
    quiet.tones.play('none')
    quiet.audio.allowed = true
    quiet.platform.gesture()
    other.tones.play('none')
    expect(quiet.audio.playing()).toEqual([])
  })

  it('play on the chosen speaker, if the browser supports it', () => {
    const { tones, audio, devices } = setUp()
    const setSinkId = vi.fn(async () => undefined)
    Object.assign(audio, { setSinkId })
    devices.choose('speaker', 's1')
    tones.play('ringtone')
    expect(setSinkId.mock.calls).toEqual([['s1']])
    devices.choose('speaker', undefined)
    expect(setSinkId).toHaveBeenLastCalledWith('')
    tones.close()
    devices.choose('speaker', 's2')
    expect(setSinkId).toHaveBeenCalledTimes(2)
  })

  it('of an ended call is dropped if the browser blocks it', () => {
    const { tones, audio, platform } = setUp()
    platform.allowsSound = false
    audio.allowed = false
    tones.play('ended')
    expect(audio.playing()).toEqual([])
    expect(tones.blocked()).toBe(false)
  })

  it('never throw, with no sound at all or a broken one', () => {
    const { tones, platform } = setUp()
    platform.createAudioContext = undefined
    tones.play('ringtone')
    expect(tones.blocked()).toBe(false)
    tones.enable()
    tones.close()
    const broken = setUp()
    broken.audio.createBufferSource = () => {
      throw new DOMException('out of hardware contexts', 'NotSupportedError')
    }
    broken.tones.play('ringtone')
    broken.tones.play('none')
  })

  it('release everything when the phone is closed', () => {
    const { tones, audio, platform } = setUp()
    tones.play('ringback')
    tones.close()
    expect(audio.playing()).toEqual([])
    expect(audio.state).toBe('closed')
    expect(platform.listeners()).toBe(0)
  })
})

class FakeAudioContext {
  state: AudioContextState = 'suspended'
  allowed = true
  onstatechange: (() => void) | null = null
  readonly destination = {}
  readonly sources: FakeSource[] = []

  createBuffer() {
    return { copyToChannel: () => undefined }
  }

  createBufferSource() {
    const source = new FakeSource()
    this.sources.push(source)
    return source
  }

  async resume() {
    if (this.allowed) this.#become('running')
  }

  async suspend() {
    this.#become('suspended')
  }

  async close() {
    this.#become('closed')
  }

  playing() {
    return this.sources.filter(({ started, stopped }) => started && !stopped)
  }

  #become(state: AudioContextState) {
    if (this.state === state) return
    this.state = state
    this.onstatechange?.()
  }
}

class FakeSource {
  loop = false
  started = false
  stopped = false
  buffer: unknown = null
  onended: (() => void) | null = null
  connect = () => undefined
  disconnect = () => undefined
  start = () => (this.started = true)
  stop = () => (this.stopped = true)
}

function setUp() {
  const platform = new FakePlatform()
  const audio = new FakeAudioContext()
  platform.createAudioContext = () => audio as unknown as AudioContext
  let changes = 0
  const devices = createDevices(platform)
  const shell = {
    report: () => undefined,
    log: () => undefined,
    changed: () => (changes += 1),
  }
  const tones = createTones(platform, shell, devices)
  return { tones, audio, platform, devices, changes: () => changes }
}

/** Turns as the tabs of one browser share them. */
function oneAtATime(): TakeTurn {
  const waiting: Turn[] = []
  return (turn) => {
    waiting.push(turn)
    if (waiting.length === 1) turn.begin()
    return () => {
      const wasFirst = waiting[0] === turn
      waiting.splice(waiting.indexOf(turn), 1)
      if (wasFirst) waiting[0]?.begin()
    }
  }
}
