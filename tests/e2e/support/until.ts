// Waiting for what has no event. `expect.poll` does the same, but not for tests that run side by side:
// it has to know which of them it is in.
import { PATIENCE_MS } from '../../patience'

/** Asks again and again until the answer passes; fails as the last one did. */
export async function until<Value>(
  ask: () => Promise<Value>,
  check: (answer: Value) => void,
  { everyMs = 50 } = {},
): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    // Whoever asks too late looks once more: the answer may have come while nobody looked.
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
