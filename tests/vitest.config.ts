import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // These find out what hangs. How fast anything is, no test says: the machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Every file starts servers and browsers; together they would measure each other.
    fileParallelism: false,
    // Tests of one file that wait most of their time may do so side by side, but no more of them than
    // two cores can carry: each is two pages with sound and pictures.
    maxConcurrency: 2,
  },
})
