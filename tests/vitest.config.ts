import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Every file starts servers and browsers; together they would measure each other.
    fileParallelism: false,
    // Tests of one file that wait most of their time may do so side by side, but no more of them than
    // two cores can carry: each is two pages with sound and pictures.
    maxConcurrency: 2,
  },
})
