// The web app in the server executable.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Server } from './support/server'
import { hrefOf, routes } from '../../web/app/src/router'

let server: Server
let page: string
beforeAll(async () => {
  server = await Server.start()
  page = await (await fetch(server.url)).text()
})
afterAll(async () => server.stop())

/** The path of a script from the page. */
function script(): string {
  const found = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
  if (found === undefined) throw new Error(`no script in ${page}`)
  return found
}

describe('the web app', () => {
  it('is served at its own paths, and keeps its locations after a #', async () => {
    for (const route of routes) expect(new URL(hrefOf(route), server.url).pathname).toBe('/')
    for (const path of ['/', '/index.html', ...routes.map(hrefOf)]) {
      const response = await fetch(new URL(path, server.url))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(await response.text()).toBe(page)
    }
    for (const path of ['/nothing.js', '/assets/nothing.js', '/api/nothing', '/call/ada', '/x']) {
      expect((await fetch(server.url + path)).status).toBe(404)
    }
  })

  it('has scripts that are cached forever', async () => {
    const response = await fetch(server.url + script())
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('is compressed for clients that accept it', async () => {
    const plain = await fetch(server.url + script(), { headers: { 'accept-encoding': 'identity' } })
    const text = await plain.text()
    for (const coding of ['br', 'gzip']) {
      const response = await fetch(server.url + script(), {
        headers: { 'accept-encoding': coding },
      })
      expect(response.headers.get('content-encoding')).toBe(coding)
      expect(Number(response.headers.get('content-length'))).toBeLessThan(text.length / 2)
      expect(await response.text()).toBe(text)
    }
  })

  it('is not sent again to clients that have it', async () => {
    const first = await fetch(server.url)
    await first.text()
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]+(-br|-gzip)?"$/)
    const again = await fetch(server.url, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(again.headers.get('content-security-policy')).toBeTruthy()
    expect(await again.text()).toBe('')
  })

  it('accepts GET and HEAD only', async () => {
    const response = await fetch(server.url, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  it('serves WebAssembly with the right content type', async () => {
    const name = /\/assets\/[\w.-]+\.wasm/.exec(await (await fetch(server.url + script())).text())
    if (!name) throw new Error('the script names no .wasm')
    const response = await fetch(server.url + name[0])
    expect(response.headers.get('content-type')).toBe('application/wasm')
  })
})
