import { defineConfig } from 'vitest/config'

import { patient } from '../tests/patience.ts'

const inJsdom = ['packages/react', 'app']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'client',
          ...patient,
          environment: 'node',
          include: ['packages/client/{src,test}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          environment: 'node',
          include: ['packages/*/test/browser/*.browser.ts'],
          ...patient,
        },
      },
      ...inJsdom.map((folder) => ({
        test: {
          name: folder.replace('packages/', ''),
          ...patient,
          environment: 'jsdom',
          setupFiles: 'packages/react/test/setup.ts',
          include: [`${folder}/{src,test}/**/*.test.{ts,tsx}`],
          css: false,
        },
      })),
    ],
  },
})
