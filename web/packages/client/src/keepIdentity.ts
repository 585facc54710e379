// The core reports a whole view every time. Unchanged parts keep their identity, so an interface
// redraws only changed parts.

/** Returns `next`, with each part that equals the same part of `last` replaced by that part. */
export function keepIdentity<T>(last: unknown, next: T): T {
  if (Object.is(last, next)) return next
  if (typeof last !== 'object' || typeof next !== 'object' || !last || !next) return next
  if (Array.isArray(last) !== Array.isArray(next)) return next
  const before = last as Readonly<Record<string, unknown>>
  const after = next as Record<string, unknown>
  const keys = Object.keys(after)
  let same = keys.length === Object.keys(before).length
  for (const key of keys) {
    after[key] = keepIdentity(before[key], after[key])
    same &&= Object.hasOwn(before, key) && Object.is(before[key], after[key])
  }
  return same ? (last as T) : next
}
