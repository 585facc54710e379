import { describe, expect, it } from 'vitest'

import { fitOf } from './usePictureFit'

describe('a picture', () => {
  it.each([
    ['of the same shape fills the stage', 16 / 9, 16 / 9, 'cover'],
    ['of a camera fills a laptop', 4 / 3, 16 / 10, 'cover'],
    ['from a phone is shown whole on a laptop', 9 / 16, 16 / 10, 'contain'],
    ['from a laptop is shown whole on a phone', 16 / 9, 390 / 844, 'contain'],
    ['from a phone fills a phone', 9 / 16, 390 / 844, 'cover'],
    ['without a size does no harm', Number.NaN, 1, 'cover'],
  ])('%s', (_, picture, place, fit) => {
    expect(fitOf(picture, place)).toBe(fit)
  })
})
