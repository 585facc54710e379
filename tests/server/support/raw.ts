// Raw bytes over TCP, for requests that a normal client does not send.
import { connect, type Socket } from 'node:net'
import type { Server } from './server'

const WAIT_LIMIT_MS = 20_000

/** A connection from a local address, by default 127.0.0.1. */
export class Connection {
  readonly socket: Socket
  readonly closed: Promise<void>
  received = ''
  #waiting: (() => void)[] = []

  constructor(server: Pick<Server, 'url'>, from = '127.0.0.1') {
    const { hostname, port } = new URL(server.url)
    this.socket = connect({ host: hostname, port: Number(port), localAddress: from })
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1')
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        resolve()
        this.#wake()
      })
    })
  }

  send(bytes: string): this {
    this.socket.write(bytes, 'latin1')
    return this
  }

  /** Waits until the received text matches; fails when the connection ends first. */
  async hear(pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + WAIT_LIMIT_MS
    for (;;) {
      const found = pattern.exec(this.received)
      if (found) return found
      const left = end - Date.now()
      if (left <= 0 || this.socket.destroyed) {
        throw new Error(`no ${String(pattern)} in ${JSON.stringify(this.received)}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        setTimeout(resolve, left).unref()
      })
    }
  }

  /** Everything that was received until the server closed. */
  async all(): Promise<string> {
    await this.closed
    return this.received
  }

  drop(): void {
    this.socket.destroy()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** The status of the first answer to these bytes. */
export async function statusOf(
  server: Pick<Server, 'url'>,
  bytes: string,
  from?: string,
): Promise<number> {
  const connection = new Connection(server, from).send(bytes)
  try {
    return Number((await connection.hear(/^HTTP\/1\.1 (\d+) /))[1])
  } finally {
    connection.drop()
  }
}

/** A request with these lines in its head. */
export function request(line: string, lines: readonly string[] = [], body = ''): string {
  return [`${line} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

/**
 * An opening handshake for /signal; `lines` are added, `without` removes some of the usual ones.
 */
export function handshake(
  host: string,
  lines: readonly string[] = [],
  without: readonly string[] = [],
): string {
  const usual = [
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ].filter((line) => !without.some((name) => line.startsWith(`${name}:`)))
  return request('GET /signal', [...usual, ...lines])
}
