// How long tests wait for a browser or a server: one setting for every suite that does. vitest.config.ts
// of this folder and of web/ hand it to vitest; `until`, and the pages that tests drive, take it from here.

/** Longer than a busy machine stands still. It says nothing about how fast anything is. */
export const PATIENCE_MS = 20_000

/** For what the product itself puts off for so long, as a limit of its own. */
export const patientFor = (productMs: number): number => productMs + PATIENCE_MS

/** Settings of vitest. The limits of whole tests find out what hangs. */
export const patient = {
  testTimeout: 120_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: PATIENCE_MS } },
}
