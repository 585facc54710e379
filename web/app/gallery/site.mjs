// Builds the gallery and serves it with the content security policy of the app.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const app = dirname(dirname(fileURLToPath(import.meta.url)))

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export async function buildGallery(folder) {
  await build({
    configFile: false,
    root: app,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: join(app, 'gallery.html') },
    },
  })
}

/** Resolves with the server when it listens. Without a port it takes a free one. */
export function serveGallery(folder, port = 0) {
  const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.wasm': 'application/wasm',
  }
  const files = new Set(readdirSync(folder, { recursive: true }).map(String))
  const listener = (request, response) => {
    const asked = normalize(new URL(request.url, 'http://localhost').pathname).slice(1)
    const path = asked === '' ? 'gallery.html' : asked
    if (!files.has(path)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    })
    response.end(readFileSync(join(folder, path)))
  }
  return new Promise((resolve, reject) => {
    const made = createServer(listener)
    made.once('error', reject)
    made.listen(port, '127.0.0.1', () => resolve(made))
  })
}
