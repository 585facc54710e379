// What devices do while a call rings.
import { expect } from 'vitest'
import type { Person } from './browser'
import { until } from './until'

/** `caller` becomes known to `callee`, who calls them once. */
export async function makeKnown(caller: Person, callee: Person): Promise<void> {
  await callee.dial(caller.name, 'audio')
  await caller.isCalled()
  await callee.press('Hang up')
  for (const person of [caller, callee]) {
    await person.isIn('ended')
    await person.putsAway()
  }
}

export const connectionStates = (person: Person) =>
  person.page.evaluate(() =>
    window.parleyKit.held.connections().map(({ connectionState }) => connectionState),
  )

/** Waits until each has one connection, and it is connected. */
export async function areConnected(...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await until(
      () => connectionStates(person),
      (now) => expect(now).toEqual(['connected']),
    )
  }
}
