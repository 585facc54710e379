import { describe, expect, it, vi } from 'vitest'
import { FakeCore, FakePlatform } from './testing'
import type { PhoneEffect, PhoneEvent } from './generated/phone'
import { createRunLoop } from './runLoop'

const networkChanged = { type: 'network_changed', mobile_data: false } as const

describe('the run loop', () => {
  it('carries effects out in order before it feeds what they raised', () => {
    const { core, loop, log } = setUp()
    core.script = ({ type }) => (type === 'signed_out' ? { effects: [say('1'), say('2')] } : {})
    log.onPerform = (text) => {
      if (text === '1') loop.feed(networkChanged)
    }
    loop.feed({ type: 'signed_out' })
    expect(log.lines).toEqual([
      'handle signed_out',
      'perform 1',
      'perform 2',
      'finished',
      'handle network_changed',
      'finished',
    ])
  })

  it('arms one timer, at the newest deadline', () => {
    const { core, loop, platform } = setUp()
    const deadlines = [5000, 3000, 3000, 9000]
    core.script = () => {
      const deadline = deadlines.shift()
      return deadline === undefined ? {} : { deadline_ms: deadline }
    }
    for (const expected of [5000, 3000, 3000, 9000]) {
      loop.feed(networkChanged)
      expect([...platform.timers.values()].map(({ atMs }) => atMs)).toEqual([expected])
      expect(loop.timers()).toBe(1)
    }
    loop.feed(networkChanged)
    expect(platform.timers.size).toBe(0)
    expect(loop.timers()).toBe(0)
  })

  it('keeps the timer while its deadline does not change', () => {
    const { core, loop, platform } = setUp()
    core.script = () => ({ deadline_ms: 4000 })
    loop.feed(networkChanged)
    const [first] = platform.timers.keys()
    loop.feed(networkChanged)
    expect([...platform.timers.keys()]).toEqual([first])
  })

  it('reports the time when a deadline comes, and arms the next', () => {
    const { core, loop, platform } = setUp()
    core.script = () => ({ deadline_ms: platform.nowMs + 100 })
    loop.feed(networkChanged)
    platform.advance(250)
    expect(core.types()).toEqual(['network_changed', 'time_reached', 'time_reached'])
    expect(core.times).toEqual([1000, 1100, 1200])
    expect(platform.timers.size).toBe(1)
  })

  it('arms again when the timer fired and the deadline stayed the same', () => {
    const { core, loop, platform } = setUp()
    core.script = () => ({ deadline_ms: 1100 })
    loop.feed(networkChanged)
    const [timer] = platform.timers.values()
    platform.timers.clear()
    timer!.fire()
    expect(platform.timers.size).toBe(1)
  })

  it('fires a deadline that has passed at once, and bounds a distant one', () => {
    const { core, loop, platform } = setUp()
    core.script = () => ({ deadline_ms: 1 })
    loop.feed(networkChanged)
    expect([...platform.timers.values()][0]?.atMs).toBe(1000)
    core.script = () => ({ deadline_ms: 2 ** 40 })
    loop.feed(networkChanged)
    expect([...platform.timers.values()][0]?.atMs).toBe(1000 + 2 ** 31 - 1)
  })

  it('goes on after a refused event and keeps the timer', () => {
    const { core, loop, platform, log } = setUp()
    core.script = () => ({ deadline_ms: 5000 })
    loop.feed(networkChanged)
    core.script = () => 'protocol/invalid-field'
    loop.feed({ type: 'signed_out' })
    expect(log.lines.at(-1)).toBe('refused signed_out protocol/invalid-field')
    expect(platform.timers.size).toBe(1)
  })

  it('never calls a trapped core again', () => {
    const { core, loop, platform, log } = setUp()
    core.script = () => ({ deadline_ms: 5000, effects: [say('1')] })
    log.onPerform = () => {
      core.script = () => new WebAssembly.RuntimeError('unreachable')
      loop.feed(networkChanged)
      loop.feed({ type: 'signed_out' })
    }
    loop.feed({ type: 'signed_out' })
    loop.feed({ type: 'signed_out' })
    expect(core.types()).toEqual(['signed_out', 'network_changed'])
    expect(log.lines.at(-1)).toBe('trapped unreachable')
    expect(platform.timers.size).toBe(0)
  })

  it('stops between two effects', () => {
    const { core, loop, platform, log } = setUp()
    core.script = () => ({ deadline_ms: 1500, effects: [say('1'), say('2')] })
    log.onPerform = () => loop.stop()
    loop.feed(networkChanged)
    expect(log.lines).toEqual(['handle network_changed', 'perform 1'])
    expect(platform.timers.size).toBe(0)
  })

  it('does nothing after a stop', () => {
    const { core, loop, platform } = setUp()
    core.script = () => ({ deadline_ms: 1500 })
    loop.feed(networkChanged)
    loop.stop()
    platform.advance(5000)
    loop.feed(networkChanged)
    expect(core.types()).toEqual(['network_changed'])
  })
})

function say(text: string): PhoneEffect {
  return { type: 'log', level: 'info', text }
}

function setUp() {
  const core = new FakeCore()
  const platform = new FakePlatform()
  const log = {
    lines: [] as string[],
    onPerform: (_text: string) => undefined as unknown,
  }
  const handle = core.handle.bind(core)
  vi.spyOn(core, 'handle').mockImplementation((event: PhoneEvent, nowMs: number) => {
    log.lines.push(`handle ${event.type}`)
    return handle(event, nowMs)
  })
  const loop = createRunLoop(core, platform, {
    perform(effect) {
      const text = effect.type === 'log' ? effect.text : effect.type
      log.lines.push(`perform ${text}`)
      log.onPerform(text)
    },
    finished: () => log.lines.push('finished'),
    refused: ({ type }, code) => log.lines.push(`refused ${type} ${code}`),
    trapped: (thrown) => log.lines.push(`trapped ${(thrown as Error).message}`),
  })
  return { core, platform, loop, log }
}
