// Which device this tab is. A page that is loaded anew is the device it was, whether it was reloaded or
// its process died; a tab that is copied, storage and all, is another one. So the identity lies in the
// tab's storage, and a lock, which a browser takes from whatever dies, says that a living page has it.
import { isUuid, uuidV4 } from '../uuid'

export type Identity = {
  readonly device: string
  /** The page goes away, perhaps to be loaded again. */
  leave(): void
  /** It was only put aside. */
  stay(): void
  /** Nobody is this device any more; the next phone in this tab may be. */
  release(): void
}

/** What a tab has for it. Browsers forbid storage to some pages, and locks to those that are not secure. */
export type Tab = {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined
  readonly locks: Pick<LockManager, 'request'> | undefined
}

const KEY = 'parley.device'
/** The page before this one gives its lock back within some milliseconds. A copy waits in vain. */
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

/** Without locks the identity lies there only between two pages: a copy of a living page finds none. */
function unlocked(device: string, storage: Tab['storage']): Identity {
  const leave = () => attempt(() => storage?.setItem(KEY, device))
  const stay = () => attempt(() => storage?.removeItem(KEY))
  stay()
  return { device, leave, stay, release: leave }
}

/** Storage that is full or forbidden costs the identity at the next load, and no more. */
function attempt(action: () => void): void {
  try {
    action()
  } catch {
    // Nothing else remembers it.
  }
}

/** Takes the lock of a device; the answer is how to give it back, or nothing when somebody keeps it. */
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

/** The tab this script runs in. */
export function thisTab(): Tab {
  return {
    storage: storageOfTab(),
    locks: (navigator as { locks?: LockManager }).locks,
  }
}

function storageOfTab(): Storage | undefined {
  try {
    const { sessionStorage } = window
    // Some browsers only complain when it is used.
    sessionStorage.getItem(KEY)
    return sessionStorage
  } catch {
    return undefined
  }
}
