// WebSockets by the serial the core gave them. Reports what happens to each, and nothing any more
// about one the core has closed.
import type { CloseSocket, ConnectionId, OpenSocket, SendFrame } from './generated/phone'
import type { Platform } from './platform'
import type { Shell } from './shell'
import { describeError } from './text'

/** What browsers report for a socket that never opened (RFC 6455, 7.4.1). */
const ABNORMAL_CLOSURE = 1006

export type Sockets = {
  open(effect: OpenSocket): void
  close(effect: Pick<CloseSocket, 'socket'>): void
  send(effect: SendFrame): void
  closeAll(): void
  count(): number
}

export function createSockets(platform: Platform, shell: Shell): Sockets {
  const sockets = new Map<ConnectionId, WebSocket>()

  const forget = (serial: ConnectionId): WebSocket | undefined => {
    const socket = sockets.get(serial)
    if (!socket) return undefined
    sockets.delete(serial)
    socket.onopen = socket.onclose = socket.onmessage = socket.onerror = null
    return socket
  }

  const closed = (serial: ConnectionId, code: number) => {
    forget(serial)
    shell.report({ type: 'socket_closed', socket: serial, code })
  }

  const close = (serial: ConnectionId) => {
    forget(serial)?.close()
  }

  return {
    open({ socket: serial }) {
      let socket: WebSocket
      try {
        socket = platform.openSocket()
      } catch (thrown) {
        // The address is no address, or the page may not go there.
        shell.log('error', `socket ${serial}: ${describeError(thrown).message}`)
        closed(serial, ABNORMAL_CLOSURE)
        return
      }
      sockets.set(serial, socket)
      socket.onopen = () => shell.report({ type: 'socket_opened', socket: serial })
      socket.onclose = ({ code }) => closed(serial, code)
      socket.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string') {
          shell.report({ type: 'frame_received', socket: serial, text: data })
        } else {
          shell.log('warning', `socket ${serial}: a binary frame came in`)
        }
      }
    },
    close: ({ socket }) => close(socket),
    send({ socket: serial, text }) {
      const socket = sockets.get(serial)
      // A socket that is closing reports so in a moment, and the session resends what was lost.
      if (socket?.readyState !== 1) return
      socket.send(text)
    },
    closeAll() {
      for (const serial of [...sockets.keys()]) close(serial)
    },
    count: () => sockets.size,
  }
}
