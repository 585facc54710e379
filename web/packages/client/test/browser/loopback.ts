// Just enough of a server for two phones on one page: it greets, rings and passes on. It loses nothing
// and remembers nothing; what a server must really do is tested with the real one.
import type {
  CallId,
  ClientFrame,
  DeviceId,
  MediaKind,
  Party,
  ServerMessage,
  UserId,
} from '../../src/generated/wire'

type Session = {
  readonly socket: LoopbackSocket
  readonly device: DeviceId
  readonly me: Party
  sent: number
  received: number
}

type Call = { readonly caller: Session; readonly callee: Session; readonly kind: MediaKind }

export class Loopback {
  readonly #sessions = new Map<UserId, Session>()
  readonly #calls = new Map<CallId, Call>()
  /** Messages by type, to see what was said. */
  readonly said: string[] = []
  iceServers: RTCIceServer[] = []

  /** A socket whose other end is this server. The token of the hello is taken for the user. */
  connect(): WebSocket {
    return new LoopbackSocket(this) as unknown as WebSocket
  }

  receive(socket: LoopbackSocket, frame: ClientFrame): void {
    if (frame.type === 'hello') return this.#greet(socket, frame.token as UserId, frame.device)
    const from = [...this.#sessions.values()].find((session) => session.socket === socket)
    if (!from) return
    if (frame.seq !== undefined) from.received = frame.seq
    this.said.push(frame.type)
    this.#handle(from, frame)
  }

  #greet(socket: LoopbackSocket, user: UserId, device: DeviceId): void {
    const me = { user, name: user.toUpperCase() }
    const session: Session = { socket, device, me, sent: 0, received: 0 }
    this.#sessions.set(user, session)
    socket.deliver({
      type: 'welcome',
      version: 1,
      session: device as never,
      key: device as never,
      resumed: false,
      received: 0,
      me,
      server_time_ms: Date.now(),
      calls: [],
      ice_servers: this.iceServers,
    })
  }

  #handle(from: Session, frame: Exclude<ClientFrame, { type: 'hello' }>): void {
    switch (frame.type) {
      case 'invite': {
        const callee = this.#sessions.get(frame.callee)
        if (!callee) return
        this.#calls.set(frame.call, { caller: from, callee, kind: frame.kind })
        const expires_at_ms = Date.now() + 30_000
        const { call, kind } = frame
        const told = { call, caller: from.me, kind, waiting: false, expires_at_ms }
        this.#tell(callee, { type: 'incoming', ...told })
        const progress = { call, delivered: 1, ringing: 0, waiting: false, quiet: false }
        this.#tell(from, { type: 'progress', ...progress })
        return
      }
      case 'ringing': {
        const { call } = frame
        const caller = this.#calls.get(call)?.caller
        const told = { call, delivered: 1, ringing: 1, waiting: false, quiet: false }
        if (caller) this.#tell(caller, { type: 'progress', ...told })
        return
      }
      case 'accept': {
        const call = this.#calls.get(frame.call)
        if (!call) return
        for (const [one, other] of [
          [call.caller, call.callee],
          [call.callee, call.caller],
        ] as const) {
          const told = { call: frame.call, peer: other.me, peer_device: other.device, link: 1 }
          this.#tell(one, { type: 'accepted', ...told, offers: one === call.caller })
        }
        return
      }
      case 'decline':
      case 'hang_up': {
        const call = this.#calls.get(frame.call)
        if (!call) return
        this.#calls.delete(frame.call)
        const reason = frame.type === 'decline' ? 'declined' : 'completed'
        const ended_at_ms = Date.now()
        for (const side of [call.caller, call.callee]) {
          this.#tell(side, { type: 'ended', call: frame.call, reason, ended_at_ms })
        }
        return
      }
      case 'signal': {
        const to = [...this.#sessions.values()].find(({ device }) => device === frame.to)
        const { call, link, data } = frame
        if (to) this.#tell(to, { type: 'signal', call, from: from.device, link, data })
        return
      }
      case 'status': {
        const call = this.#calls.get(frame.call)
        if (!call) return
        const other = call.caller === from ? call.callee : call.caller
        this.#tell(other, { type: 'peer_status', call: frame.call, status: frame.status })
        return
      }
      case 'ping':
        from.socket.deliver({ type: 'pong' })
        return
      case 'watch':
      case 'join':
      case 'leaving':
      case 'media':
      case 'ack':
      case 'pong':
        return
    }
  }

  #tell(session: Session, message: ServerMessage): void {
    session.sent += 1
    session.socket.deliver({ ...message, seq: session.sent, ack: session.received })
  }
}

/** The client's end. What either side says arrives in order and in a later turn, as on a wire. */
class LoopbackSocket {
  readyState = 0
  onopen: (() => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  readonly #up = new MessageChannel()
  readonly #down = new MessageChannel()

  constructor(server: Loopback) {
    this.#up.port2.onmessage = ({ data }: MessageEvent<string>) =>
      server.receive(this, JSON.parse(data) as ClientFrame)
    this.#down.port2.onmessage = ({ data }: MessageEvent<string>) => this.onmessage?.({ data })
    setTimeout(() => {
      this.readyState = 1
      this.onopen?.()
    })
  }

  send(text: string): void {
    this.#up.port1.postMessage(text)
  }

  close(): void {
    this.readyState = 3
    for (const { port1, port2 } of [this.#up, this.#down]) [port1, port2].forEach((p) => p.close())
  }

  deliver(frame: object): void {
    this.#down.port1.postMessage(JSON.stringify(frame))
  }
}
