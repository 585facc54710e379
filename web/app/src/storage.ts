// Stored values of the page. If the browser forbids storage, they last as long as the tab.

/** Only values that could not be stored, because other tabs change stored ones. */
const untilClosed = new Map<string, string>()

export function remember(key: string, value: string | null): void {
  untilClosed.delete(key)
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    if (value !== null) untilClosed.set(key, value)
  }
}

export function recall(key: string): string | null {
  const kept = untilClosed.get(key)
  if (kept !== undefined) return kept
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
