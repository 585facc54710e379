import { defineConfig } from 'vitest/config'
import { patient } from '../../patience.ts'

export default defineConfig({
  test: { include: ['**/*.bench.ts'], ...patient, fileParallelism: false },
})
