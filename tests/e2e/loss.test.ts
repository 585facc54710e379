// Calls over a network that loses packets. tools/lossy.sh makes the network and sets the loss.
import { describe, expect, it } from 'vitest'
import { isHeard, lossOf, receivesPicture } from './support/rtp'
import { hangUp, mediaFlows, Stage, talk } from './support/stage'

const loss = Number(process.env['PARLEY_LOSS_PERCENT'] ?? 0) / 100

describe.runIf(loss > 0)(`two people, with ${String(loss * 100)} % loss between them`, () => {
  const stage = Stage.open()

  it('talk', { timeout: 120_000 }, async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await mediaFlows([ada, bea], 10)
    for (const person of [ada, bea]) {
      await isHeard(person)
      const lost = await lossOf(person)
      console.log(`lost: ${(lost * 100).toFixed(1)} %`)
      expect(lost).toBeGreaterThan(loss / 2)
      expect(lost).toBeLessThan(loss * 1.75)
    }
    await hangUp(ada, bea)
  })

  it('see each other', { timeout: 120_000 }, async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea, 'video')
    for (const person of [ada, bea]) {
      await receivesPicture(person, 'camera')
      await isHeard(person)
    }
    await hangUp(bea, ada)
  })
})
