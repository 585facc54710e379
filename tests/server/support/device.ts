// A minimal signalling client: it numbers its messages, answers pings, and keeps the received
// messages.
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import type { Account } from './accounts'
import type { Server } from './server'

export type Message = { readonly type: string; readonly [field: string]: unknown }
export type Closed = { readonly code: number; readonly reason: string }

const WAIT_LIMIT_MS = 20_000

/** Opens a socket; fails with the HTTP status when the upgrade is refused. */
export async function open(
  server: Server,
  headers: Readonly<Record<string, string>> = {},
  from?: string,
): Promise<RawSocket> {
  const socket = new WebSocket(server.listening.signal_url, {
    headers,
    perMessageDeflate: true,
    ...(from === undefined ? {} : { localAddress: from }),
  })
  const raw = new RawSocket(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`status ${String(response.statusCode)}`))
      response.resume()
    })
  })
  return raw
}

export class RawSocket {
  readonly socket: WebSocket
  readonly closed: Promise<Closed>
  #heard: Message[] = []
  #waiting: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message
      if (message.type === 'ping') this.send({ type: 'pong' })
      else this.#heard.push(message)
      this.#wake()
    })
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#wake()
      })
    })
    socket.on('error', () => undefined)
  }

  send(message: object | string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The next message of one of these types; others are kept. */
  async hear(...types: readonly string[]): Promise<Message> {
    const end = Date.now() + WAIT_LIMIT_MS
    for (;;) {
      const index = this.#heard.findIndex(({ type }) => types.includes(type))
      const found = this.#heard[index]
      if (found) {
        this.#heard.splice(index, 1)
        return found
      }
      const left = end - Date.now()
      if (left <= 0 || this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`no ${types.join(' or ')} came; heard ${JSON.stringify(this.#heard)}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        setTimeout(resolve, left).unref()
      })
    }
  }

  /** The received messages that no call has taken. */
  get rest(): readonly string[] {
    return this.#heard.map(({ type }) => type)
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** A socket after hello and welcome. */
export class Device {
  readonly id: string
  readonly raw: RawSocket
  readonly welcome: Message
  #seq = 0

  private constructor(id: string, raw: RawSocket, welcome: Message) {
    this.id = id
    this.raw = raw
    this.welcome = welcome
  }

  static async connect(
    server: Server,
    account: Account,
    id: string = uuid(),
    from?: string,
  ): Promise<Device> {
    const raw = await open(server, {}, from)
    raw.send(hello(account.token, id))
    return new Device(id, raw, await raw.hear('welcome'))
  }

  /** The same device on another socket, which resumes its session if the server allows it. */
  async resume(
    server: Server,
    account: Account,
    { received = 0, key = this.welcome['key'] }: { received?: number; key?: unknown } = {},
  ): Promise<Device> {
    const raw = await open(server)
    raw.send({
      ...hello(account.token, this.id),
      resume: { session: this.welcome['session'], key, received },
    })
    const next = new Device(this.id, raw, await raw.hear('welcome'))
    if (next.welcome['resumed'] === true) next.#seq = this.#seq
    return next
  }

  /** Sends a request with the next number. */
  say(type: string, fields: object = {}): void {
    this.raw.send({ type, ...fields, seq: ++this.#seq })
  }

  async hear(...types: readonly string[]): Promise<Message> {
    return this.raw.hear(...types)
  }

  get closed(): Promise<Closed> {
    return this.raw.closed
  }

  drop(): void {
    this.raw.socket.terminate()
  }
}

export function hello(token: string, device: string, versions: readonly number[] = [1]): object {
  return { type: 'hello', versions, device, token, client: 'server tests' }
}

export const uuid = (): string => randomUUID()

/** A call id: UUIDv7, as devices make them. */
export function callId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = randomUUID()
  // Counts up within a millisecond (RFC 9562, 6.2), so that ids sort in the order of creation.
  madeIds = (madeIds + 1) % 0x1000
  const count = madeIds.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}${random.slice(18)}`
}
let madeIds = 0
