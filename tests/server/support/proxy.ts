// Real reverse proxies in front of the server: nginx and HAProxy, with the short configuration from
// their manuals and ours.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, untilItListens } from './ports'

export class Proxy {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url
    this.#process = process
    this.#folder = folder
  }

  /** nginx; `lines` are added to the location. */
  static async nginx(upstream: string, lines: readonly string[]): Promise<Proxy> {
    return Proxy.#start('nginx', (port, folder) => [
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr;`,
      'events { worker_connections 256; }',
      'http {',
      '  access_log off;',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
      ),
      `  server { listen 127.0.0.1:${String(port)};`,
      `    location / { proxy_pass http://${upstream}; ${lines.join(' ')} } }`,
      '}',
    ])
  }

  /** HAProxy; `lines` are added to its only section. */
  static async haproxy(upstream: string, lines: readonly string[]): Promise<Proxy> {
    return Proxy.#start('haproxy', (port) => [
      'defaults',
      '  mode http',
      '  timeout connect 10s',
      '  timeout client 60s',
      '  timeout server 60s',
      '  timeout tunnel 1h',
      'listen parley',
      `  bind 127.0.0.1:${String(port)}`,
      ...lines.map((line) => `  ${line}`),
      `  server one ${upstream}`,
    ])
  }

  static async #start(
    program: 'nginx' | 'haproxy',
    configuration: (port: number, folder: string) => readonly string[],
  ): Promise<Proxy> {
    const folder = await mkdtemp(join(tmpdir(), `parley-${program}-`))
    const file = join(folder, 'conf')
    const port = await freePort()
    await writeFile(file, `${configuration(port, folder).join('\n')}\n`)
    const flags = program === 'nginx' ? ['-p', folder, '-e', 'stderr', '-c', file] : ['-f', file]
    const process = spawn(`/usr/sbin/${program}`, flags, { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    process.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const ended = new Promise<never>((_resolve, reject) => {
      process.once('error', reject)
      process.once('exit', () => reject(new Error(`${program} ended:\n${log}`)))
    })
    ended.catch(() => undefined)
    await Promise.race([untilItListens(port), ended])
    return new Proxy(`http://127.0.0.1:${String(port)}`, process, folder)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await ended
    await rm(this.#folder, { recursive: true, force: true })
  }
}
