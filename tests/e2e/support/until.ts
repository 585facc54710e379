// Waiting for what has no event. `expect.poll` does the same, but not for tests that run side by side:
// it has to know which of them it is in.

/** Asks again and again until the answer passes; fails as the last one did. */
export async function until<Value>(
  ask: () => Promise<Value>,
  check: (answer: Value) => void,
  { withinMs = 5000, everyMs = 50 } = {},
): Promise<void> {
  const end = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    try {
      check(answer)
      return
    } catch (failure) {
      if (Date.now() > end) throw failure
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
