// The app from the development server: React mounts everything twice there, to find effects that do
// not clean up.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { freePort, Server } from './server'

const web = process.env['PARLEY_WEB'] ?? join(import.meta.dirname, '../../../web')
const START_LIMIT_MS = 30_000

export class DevServer {
  readonly url: string
  /** The real server, for every request that is not a source file of the app. */
  readonly server: Server
  readonly #process: ChildProcess

  private constructor(url: string, server: Server, process: ChildProcess) {
    this.url = url
    this.server = server
    this.#process = process
  }

  static async start(): Promise<DevServer> {
    const port = await freePort()
    const url = `http://127.0.0.1:${String(port)}`
    const real = await Server.start({ 'allowed-origins': url })
    const vite = join(web, 'node_modules/vite/bin/vite.js')
    const options = ['--host', '127.0.0.1', '--port', String(port), '--strictPort']
    const process_ = spawn(process.execPath, [vite, ...options], {
      cwd: join(web, 'app'),
      env: { ...process.env, PARLEY_SERVER: real.url },
    })
    let output = ''
    for (const stream of [process_.stdout, process_.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    }
    const server = new DevServer(url, real, process_)
    const end = Date.now() + START_LIMIT_MS
    while (!(await server.#answers())) {
      if (process_.exitCode !== null || Date.now() > end) {
        throw new Error(`the development server did not start:\n${output}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return server
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    await gone
    await this.server.stop()
  }

  #answers(): Promise<boolean> {
    return fetch(this.url).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
