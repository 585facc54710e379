import { describe, expect, it } from 'vitest'
import { clip, describeError, hardwareId } from './text'

describe('clip', () => {
  it('keeps short texts', () => expect(clip('häßlich', 9)).toBe('häßlich'))

  it('counts bytes, not characters', () => expect(clip('ääää', 5)).toBe('ää'))

  it('replaces halves of surrogate pairs, which the core refuses', () =>
    expect(clip('a\ud83d!', 9)).toBe('a\ufffd!'))

  it('never cuts a surrogate pair', () => expect(clip('a😀😀', 6)).toBe('a😀'))
})

describe('describeError', () => {
  it('reads exceptions of the browser', () => {
    const thrown = new DOMException('Permission denied', 'NotAllowedError')
    expect(describeError(thrown)).toEqual({ name: 'NotAllowedError', message: 'Permission denied' })
  })

  it('reads any other thrown value', () => {
    expect(describeError('oh no')).toEqual({ name: 'UnknownError', message: 'oh no' })
    expect(describeError(undefined).name).toBe('UnknownError')
    expect(describeError(null).name).toBe('UnknownError')
  })

  it('cuts texts to the limits of the events', () => {
    const { name, message } = describeError({ name: 'n'.repeat(99), message: 'ä'.repeat(999) })
    expect(name).toHaveLength(64)
    expect(new TextEncoder().encode(message)).toHaveLength(256)
  })
})

it('keeps a device id whole, and cuts one that is too long', () => {
  expect(hardwareId('1f'.repeat(32))).toBe('1f'.repeat(32))
  expect(hardwareId('x'.repeat(999))).toHaveLength(256)
})
