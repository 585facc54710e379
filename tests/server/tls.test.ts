// TLS of a server with its own certificate.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, Server } from './support/server'

let server: Server
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-tls-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
    ].concat(['-keyout', key, '-out', certificate]),
    { stdio: 'ignore' },
  )
  server = await Server.start({ 'tls-certificate': certificate, 'tls-key': key })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The cipher suite for a client with these options, or "refused". */
async function suite(options: ConnectionOptions): Promise<string> {
  const port = Number(new URL(server.url).port)
  return new Promise((resolve) => {
    const socket = connect(
      { host: '127.0.0.1', port, rejectUnauthorized: false, ...options },
      () => {
        resolve(socket.getCipher().name)
        socket.destroy()
      },
    )
    socket.on('error', () => resolve('refused'))
  })
}

describe('the server’s TLS', () => {
  it('has ephemeral keys and authenticated encryption only', async () => {
    const old = { maxVersion: 'TLSv1.2' } as const
    expect(await suite({})).toMatch(/^TLS_/)
    expect(await suite(old)).toMatch(/^ECDHE-RSA-(AES\d+-GCM|CHACHA20)/)
    // @SECLEVEL=0: the server must refuse, not the client.
    for (const ciphers of [
      'AES128-SHA',
      'AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-SHA384',
      'DHE-RSA-AES128-GCM-SHA256',
    ]) {
      const answer = await suite({ ...old, ciphers: `${ciphers}:@SECLEVEL=0` })
      expect([ciphers, answer]).toEqual([ciphers, 'refused'])
    }
    const older = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
    expect(await suite({ ...older, ciphers: 'ALL:@SECLEVEL=0' })).toBe('refused')
  })

  it('is required of browsers for later visits', async () => {
    const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
      const call = request(`${server.url}/version`, { rejectUnauthorized: false }, (response) => {
        response.resume()
        resolve(response.headers)
      })
      call.on('error', reject)
      call.end()
    })
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
  })

  it('that can’t start is reported with the file', async () => {
    const missing = join(folder, 'nothing.pem')
    const files = ['--tls-certificate', missing, '--tls-key', join(folder, 'key.pem')]
    const { status, err } = await run([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data',
      join(folder, 'data'),
      ...files,
    ])
    expect(status).not.toBe(0)
    expect(err).toContain(missing)
    expect(err).toContain('No such file or directory')
  })
})
