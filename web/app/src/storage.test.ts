import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { recall, remember } from './storage'

beforeEach(() => {
  localStorage.clear()
  remember('parley.test', null)
})
afterEach(() => vi.restoreAllMocks())

describe('what a page remembers', () => {
  it('is there until it is put away', () => {
    remember('parley.test', 'one')
    expect(recall('parley.test')).toBe('one')
    remember('parley.test', null)
    expect(recall('parley.test')).toBeNull()
  })

  it('is what another tab made of it', () => {
    remember('parley.test', 'one')
    localStorage.removeItem('parley.test')
    expect(recall('parley.test')).toBeNull()
  })

  it('lasts as long as the page where nothing may be stored', () => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(refuse)
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(refuse)
    vi.spyOn(Storage.prototype, 'removeItem').mockImplementation(refuse)
    remember('parley.test', 'one')
    expect(recall('parley.test')).toBe('one')
    remember('parley.test', null)
    expect(recall('parley.test')).toBeNull()
  })
})
