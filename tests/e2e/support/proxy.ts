// A TCP proxy between the browsers and the server, with faults that a test controls.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** The state of the connections through the proxy. */
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
    // Both directions are forwarded unchanged; after one half is closed the other stays open.
    const server = createServer({ allowHalfOpen: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Proxy(server, target)
  }

  /** Breaks every connection, and accepts none until `heal`. */
  cut(): void {
    this.#weather = 'refuses'
    this.#drop()
  }

  /** Carries no data from now on and closes nothing: every socket is half open. */
  swallow(): void {
    this.#weather = 'swallows'
    for (const [near, far] of this.#pairs) {
      near.pause()
      far.pause()
    }
  }

  /** Keeps the server's data until `release`. */
  hold(): void {
    for (const [, far] of this.#pairs) far.pause()
  }
  release(): void {
    for (const [, far] of this.#pairs) far.resume()
  }

  /** Carries new connections; swallowed data stays lost. */
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
