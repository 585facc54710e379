import { defineConfig } from 'vitest/config'
import { patient } from './patience.ts'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    ...patient,
    // Every file starts servers and browsers; together they would measure each other.
    fileParallelism: false,
    // Tests of one file that wait most of their time may do so side by side, but no more of them than
    // two cores can carry: each is two pages with sound and pictures.
    maxConcurrency: 2,
  },
})
