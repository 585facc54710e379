// Waits for a state that has no event. `expect.poll` can't be used in tests that run concurrently,
// since it needs to know its test.
import { PATIENCE_MS } from '../../patience'

/** Repeats until the answer passes; fails with the last error. */
export async function until<Value>(
  ask: () => Promise<Value>,
  check: (answer: Value) => void,
  { everyMs = 50 } = {},
): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    // After the deadline it checks once more: the state may have changed during the wait.
    const isLast = Date.now() > end
    const answer = await ask()
    try {
      check(answer)
      return
    } catch (failure) {
      if (isLast) throw failure
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
