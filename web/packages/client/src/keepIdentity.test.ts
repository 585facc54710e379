import { describe, expect, it } from 'vitest'
import { keepIdentity } from './keepIdentity'

describe('keepIdentity', () => {
  const last = { calls: [{ id: 1, peer: { name: 'Bea' } }, { id: 2 }], me: { name: 'Ada' } }
  const copy = () => structuredClone(last)

  it('returns the last value when nothing changed', () =>
    expect(keepIdentity(last, copy())).toBe(last))

  it('keeps the identity of unchanged parts', () => {
    const next = keepIdentity(last, { ...copy(), calls: [copy().calls[0], { id: 3 }] })
    expect(next).not.toBe(last)
    expect(next.calls[0]).toBe(last.calls[0])
    expect(next.calls[1]).toEqual({ id: 3 })
    expect(next.me).toBe(last.me)
  })

  it('notices added and removed members', () => {
    expect(keepIdentity({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 })
    expect(keepIdentity({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined })
    expect(keepIdentity({ a: 1 }, { a: 1, b: 2 })).toEqual({ a: 1, b: 2 })
  })

  it('treats a list and an object as different, and lists of different lengths too', () => {
    expect(keepIdentity<unknown>([1], { 0: 1 })).toEqual({ 0: 1 })
    expect(keepIdentity([1, 2], [1])).toEqual([1])
    expect(keepIdentity<unknown>(null, { a: 1 })).toEqual({ a: 1 })
  })
})
