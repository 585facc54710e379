// The device id of this tab. A reloaded page keeps its device, even after its process died. A
// duplicated tab, which has a copy of the storage, gets a new one. The id is in the tab's storage;
// a lock shows that a living page uses it, and the browser releases the lock of a dead page.
import { isUuid, uuidV4 } from '../uuid'

export type Identity = {
  readonly device: string
  /** The page goes away and may be loaded again. */
  leave(): void
  /** The page was only suspended and continues. */
  stay(): void
  /** Gives the device id up; the next phone in this tab can use it. */
  release(): void
}

/**
 * The storage and the locks of a tab. Browsers deny storage to some pages, and locks to insecure
 * pages.
 */
export type Tab = {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly locks: Pick<LockManager, 'request'> | undefined
}

const KEY = 'parley.device'
/**
 * The previous page releases its lock within milliseconds. A copy of a living page waits this long
 * in vain.
 */
const PATIENCE_MS = 1000

export async function claimIdentity({ storage, locks }: Tab): Promise<Identity> {
  const stored = storage?.getItem(KEY) ?? undefined
  const last = stored !== undefined && isUuid(stored) ? stored : undefined
  if (!locks) return unlocked(last ?? uuidV4(), storage)
  if (last !== undefined) {
    const release = await hold(locks, last)
    if (release) return locked(last, release)
  }
  const device = uuidV4()
  const release = await hold(locks, device)
  attempt(() => storage?.setItem(KEY, device))
  return locked(device, release ?? (() => undefined))
}

function locked(device: string, release: () => void): Identity {
  return { device, leave: () => undefined, stay: () => undefined, release }
}

/** Without locks the id is stored only between two pages, so a copy of a living page finds none. */
function unlocked(device: string, storage: Tab['storage']): Identity {
  const leave = () => attempt(() => storage?.setItem(KEY, device))
  const stay = () => attempt(() => storage?.removeItem(KEY))
  stay()
  return { device, leave, stay, release: leave }
}

/** If storage is full or forbidden, the tab only gets a new id at the next load. */
function attempt(action: () => void): void {
  try {
    action()
  } catch {
    // There is no other storage.
  }
}

/**
 * Takes the lock of a device. Returns a function that releases it, or undefined if another page
 * holds it.
 */
function hold(locks: NonNullable<Tab['locks']>, device: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
    locks
      .request(`parley.device.${device}`, { signal: patience.signal }, () => {
        clearTimeout(timer)
        return new Promise<void>((release) => resolve(release))
      })
      .catch(() => {
        clearTimeout(timer)
        resolve(undefined)
      })
  })
}

/** The tab of this script. */
export function thisTab(): Tab {
  return {
    storage: storageOfTab(),
    locks: (navigator as { locks?: LockManager }).locks,
  }
}

function storageOfTab(): Storage | undefined {
  try {
    const { sessionStorage } = window
    // Some browsers throw only when the storage is used.
    sessionStorage.getItem(KEY)
    return sessionStorage
  } catch {
    return undefined
  }
}
