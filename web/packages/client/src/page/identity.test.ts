import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { claimIdentity, type Tab } from './identity'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Locks that the tabs of one browser share. */
class Locks {
  readonly #held = new Map<string, Promise<void>>()

  request = (async (
    name: string,
    { signal }: { signal: AbortSignal },
    granted: () => Promise<void>,
  ) => {
    const given = new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('aborted'))),
    )
    while (this.#held.has(name)) await Promise.race([this.#held.get(name), given])
    const held = granted()
    this.#held.set(name, held)
    await held
    this.#held.delete(name)
  }) as unknown as LockManager['request']

  /** Releases the locks of a page whose process died, as the browser does. */
  dieAll(): void {
    this.#held.clear()
  }
}

function storageWith(entries: Record<string, string> = {}) {
  const map = new Map(Object.entries(entries))
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
    copy: () => storageWith(Object.fromEntries(map)),
  }
}

async function claim(tab: Tab) {
  const claimed = claimIdentity(tab)
  await vi.advanceTimersByTimeAsync(1000)
  return claimed
}

describe.each(['with locks', 'without locks'])('a tab %s', (kind) => {
  const locks = () => (kind === 'with locks' ? new Locks() : undefined)

  it('is the same device after a reload', async () => {
    const tab = { storage: storageWith(), locks: locks() }
    const before = await claim(tab)
    before.leave()
    before.release() // a browser releases the locks of a closed page
    expect((await claim(tab)).device).toBe(before.device)
  })

  it('is another device than the living tab it was copied from', async () => {
    const original = { storage: storageWith(), locks: locks() }
    const { device } = await claim(original)
    const copy = { storage: original.storage.copy(), locks: original.locks }
    const copied = await claim(copy)
    expect(copied.device).not.toBe(device)
    copied.leave()
    copied.release()
    expect((await claim(copy)).device).toBe(copied.device)
  })

  it('is the same device after it was suspended, and its copies are other devices', async () => {
    const original = { storage: storageWith(), locks: locks() }
    const identity = await claim(original)
    identity.leave()
    identity.stay()
    const copied = await claim({ storage: original.storage.copy(), locks: original.locks })
    expect(copied.device).not.toBe(identity.device)
  })

  it('ignores a stored value that is not an identity', async () => {
    const storage = storageWith({ 'parley.device': '<script>' })
    expect((await claim({ storage, locks: locks() })).device).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('gets a device id when storage is full', async () => {
    const refuse = () => {
      throw new DOMException('', 'QuotaExceededError')
    }
    const storage = { getItem: () => null, setItem: refuse, removeItem: refuse }
    const claimed = await claim({ storage, locks: locks() })
    expect(claimed.device).toMatch(/^[0-9a-f-]{36}$/)
    claimed.leave()
    claimed.stay()
    claimed.release()
  })

  it('gets a device id without any storage', async () => {
    const claimed = await claim({ storage: undefined, locks: locks() })
    expect(claimed.device).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('a tab with locks', () => {
  it('is the same device after its process died', async () => {
    const tab = { storage: storageWith(), locks: new Locks() }
    const { device } = await claim(tab)
    tab.locks.dieAll()
    expect((await claim(tab)).device).toBe(device)
  })

  it('waits for the previous page to release its lock', async () => {
    const tab = { storage: storageWith(), locks: new Locks() }
    const before = await claim(tab)
    const next = claimIdentity(tab)
    await vi.advanceTimersByTimeAsync(200)
    before.release()
    await vi.advanceTimersByTimeAsync(1)
    expect((await next).device).toBe(before.device)
  })
})
