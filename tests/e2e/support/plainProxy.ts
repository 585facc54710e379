// A proxy in a common first configuration: it forwards requests, without WebSockets.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export class PlainProxy {
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  }

  static async before(target: string): Promise<PlainProxy> {
    const { hostname, port } = new URL(target)
    const server = createServer((asked, answer) => {
      const { method, url: path, headers } = asked
      const passed = request({ hostname, port, method, path, headers }, (said) => {
        answer.writeHead(said.statusCode ?? 502, said.headers)
        said.pipe(answer)
      })
      passed.on('error', () => answer.destroy())
      asked.pipe(passed)
    })
    // The server sees the request without its `Upgrade`.
    server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new PlainProxy(server)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
