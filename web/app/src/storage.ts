// What a page remembers. Browsers may forbid it; then it forgets with the tab.

const forgotten = new Map<string, string>()

export function remember(key: string, value: string | null): void {
  if (value === null) forgotten.delete(key)
  else forgotten.set(key, value)
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Kept in memory above.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? forgotten.get(key) ?? null
  } catch {
    return forgotten.get(key) ?? null
  }
}
