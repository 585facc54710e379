// Calls across the small internet.
import type { TestContext } from 'vitest'
import type { Person } from '../../e2e/support/browser'
import { talk } from '../../e2e/support/stage'
import { patientFor } from '../../patience'
import { hearAgain, listens } from './media'
import type { Stage } from './stage'

/** How long a call without media goes on, and tries to mend itself. */
const MEDIA_LOSS_LIMIT_MS = 30_000

export const pause = (seconds: number) =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** Two new people, who talk. */
export async function call(stage: Stage, test: TestContext): Promise<[Person, Person]> {
  const [ada, bea] = await stage.two(test)
  await talk(ada, bea)
  await listens(ada, bea)
  return [ada, bea]
}

/**
 * Waits until both hear new sound after something has happened, and prints how long that took: a number
 * to read, which no test judges.
 */
export async function bothHear(
  test: TestContext,
  [ada, bea]: readonly [Person, Person],
  since: number,
): Promise<void> {
  const [a = 0, b = 0] = await hearAgain([ada, bea], since, patientFor(MEDIA_LOSS_LIMIT_MS))
  console.log(`${test.task.name}: sound after ${a.toFixed(2)} s at a, ${b.toFixed(2)} s at b`)
}
