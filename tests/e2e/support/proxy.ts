// A network between the browsers and the server that a test can break: a TCP proxy.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What the network does with the connections that go through it. */
type Weather = 'fine' | 'refuses' | 'swallows'

export class Proxy {
  readonly url: string
  readonly #server: Server
  readonly #target: number
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #weather: Weather = 'fine'

  private constructor(server: Server, target: string) {
    this.#server = server
    this.#target = Number(new URL(target).port)
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    server.on('connection', (near) => this.#join(near))
  }

  static async before(target: string): Promise<Proxy> {
    // Both directions are passed on as they are; a half that is closed stays open the other way.
    const server = createServer({ allowHalfOpen: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Proxy(server, target)
  }

  /** Breaks every connection, and takes none until `heal`. */
  cut(): void {
    this.#weather = 'refuses'
    this.#drop()
  }

  /** Carries nothing any more and tells nobody: every socket is half open from now on. */
  swallow(): void {
    this.#weather = 'swallows'
    for (const [near, far] of this.#pairs) {
      near.pause()
      far.pause()
    }
  }

  /** Keeps what the server says to itself until `release`. */
  hold(): void {
    for (const [, far] of this.#pairs) far.pause()
  }
  release(): void {
    for (const [, far] of this.#pairs) far.resume()
  }

  /** Carries new connections; what was swallowed stays lost. */
  heal(): void {
    this.#drop()
    this.#weather = 'fine'
  }

  async stop(): Promise<void> {
    this.#drop()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket): void {
    if (this.#weather === 'refuses') {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true })
    const pair = [near, far] as const
    this.#pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data) => to.write(data))
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#pairs.delete(pair)
        if (this.#weather !== 'swallows') to.destroy()
      })
    }
    if (this.#weather === 'swallows') {
      near.pause()
      far.pause()
    }
  }

  #drop(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    this.#pairs.clear()
  }
}
