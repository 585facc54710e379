import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { recall, remember } from './storage'

beforeEach(() => {
  localStorage.clear()
  remember('parley.test', null)
})
afterEach(() => vi.restoreAllMocks())

describe('the storage of a page', () => {
  it('keeps a value until it is removed', () => {
    remember('parley.test', 'one')
    expect(recall('parley.test')).toBe('one')
    remember('parley.test', null)
    expect(recall('parley.test')).toBeNull()
  })

  it('sees the changes of another tab', () => {
    remember('parley.test', 'one')
    localStorage.removeItem('parley.test')
    expect(recall('parley.test')).toBeNull()
  })

  it('lasts as long as the page if storage is forbidden', () => {
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
