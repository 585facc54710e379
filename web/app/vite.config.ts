import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where a server runs during development. */
const server = process.env.PARLEY_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The page forbids inline sources, data: among them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': server,
      '/signal': { target: server.replace(/^http/, 'ws'), ws: true },
    },
  },
})
