import { describe, expect, it } from 'vitest'
import { createServerClock } from './serverClock'

const welcome = (time: unknown) => JSON.stringify({ type: 'welcome', server_time_ms: time })

describe("the server's clock", () => {
  it('is the clock of this device before the first welcome', () => {
    const clock = createServerClock(
      () => 50,
      () => 1_700_000_000_000,
    )
    expect(clock.now()).toBe(1_700_000_000_000)
  })

  it('goes by the newest welcome, whatever the clock of this device says', () => {
    let elapsed = 1000
    const clock = createServerClock(
      () => elapsed,
      () => 42,
    )
    clock.hears(welcome(1_700_000_000_000))
    expect(clock.now()).toBe(1_700_000_000_000)
    elapsed += 2500
    expect(clock.now()).toBe(1_700_000_002_500)
    clock.hears(welcome(1_800_000_000_000))
    expect(clock.now()).toBe(1_800_000_000_000)
  })

  it('ignores other frames, and a welcome without a time', () => {
    const clock = createServerClock(
      () => 0,
      () => 7,
    )
    for (const frame of ['', '{"type":"ping"}', '{"type":"welcome"', welcome('now'), welcome(-1)]) {
      clock.hears(frame)
    }
    expect(clock.now()).toBe(7)
  })
})
