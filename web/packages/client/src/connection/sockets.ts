// WebSockets by the serial number of the core. Reports the events of each socket until the core
// closes it.
import type { CloseSocket, SocketId, OpenSocket, SendFrame } from '../generated/phone'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

/** The close code that browsers report for a socket that never opened (RFC 6455, 7.4.1). */
const ABNORMAL_CLOSURE = 1006
/**
 * After this many sockets in a row that never opened, ask over HTTP. The core makes these attempts
 * within seconds.
 */
const FAILURES_TO_ASK = 3

export type Sockets = {
  open(effect: OpenSocket): void
  close(effect: Pick<CloseSocket, 'socket'>): void
  send(effect: SendFrame): void
  /** Sends a text on every open socket, past the core. */
  say(text: string): void
  closeAll(): void
  count(): number
  /** Whether the server answers over HTTP but no WebSocket opens. */
  blocked(): boolean
}

export function createSockets(platform: Platform, shell: Shell): Sockets {
  const sockets = new Map<SocketId, WebSocket>()
  let failures = 0
  let blocked = false

  const setBlocked = (now: boolean) => {
    if (now === blocked) return
    blocked = now
    shell.changed()
  }

  /**
   * A socket never opened. An HTTP request tells whether the server is down or only WebSockets
   * fail.
   */
  const failed = () => {
    failures += 1
    if (failures < FAILURES_TO_ASK || !platform.reachesServer) return
    const asked = failures
    void platform.reachesServer().then((reached) => {
      // A socket may have opened during the request.
      if (failures >= asked) setBlocked(reached)
    })
  }

  const forget = (serial: SocketId): WebSocket | undefined => {
    const socket = sockets.get(serial)
    if (!socket) return undefined
    sockets.delete(serial)
    socket.onopen = socket.onclose = socket.onmessage = socket.onerror = null
    return socket
  }

  const closed = (serial: SocketId, code: number, opened: boolean) => {
    forget(serial)
    if (!opened) failed()
    shell.report({ type: 'socket_closed', socket: serial, code })
  }

  const close = (serial: SocketId) => {
    forget(serial)?.close()
  }

  return {
    open({ socket: serial }) {
      let socket: WebSocket
      try {
        socket = platform.openSocket()
      } catch (thrown) {
        // The URL is invalid, or the page's policy forbids it.
        shell.log('error', `socket ${serial}: ${describeError(thrown).message}`)
        closed(serial, ABNORMAL_CLOSURE, true)
        return
      }
      sockets.set(serial, socket)
      let opened = false
      socket.onopen = () => {
        opened = true
        failures = 0
        setBlocked(false)
        shell.report({ type: 'socket_opened', socket: serial })
      }
      socket.onclose = ({ code }) => closed(serial, code, opened)
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
      // A closing socket reports its end soon; then the session sends lost messages again.
      if (socket?.readyState !== 1) return
      socket.send(text)
    },
    say(text) {
      for (const socket of sockets.values()) if (socket.readyState === 1) socket.send(text)
    },
    closeAll() {
      for (const serial of [...sockets.keys()]) close(serial)
    },
    count: () => sockets.size,
    blocked: () => blocked,
  }
}
