// The server's end of signalling: sessions, presence and keep-alive as in docs/protocol.md.
// TestPeer handles the messages of calls.
import type {
  CallSnapshot,
  ClientFrame,
  ClientMessage,
  Hello,
  Party,
  ResumeKey,
  ServerMessage,
  SessionId,
  UserId,
} from '../generated/wire'
import { closeCodes } from '../generated/wire'
import type { FakePlatform } from './fakePlatform'
import type { FakeSocket } from './fakeSocket'

export type CallMessage = Extract<ClientMessage, { readonly call: unknown }>

export type ServerListener = {
  /** Called with the phone's messages about calls. */
  readonly hears: (message: CallMessage) => void
  /** All calls that have not ended. */
  readonly calls: () => readonly CallSnapshot[]
}

type Session = {
  readonly id: SessionId
  readonly key: ResumeKey
  /** Messages that were sent and not acknowledged. */
  kept: { readonly seq: number; readonly message: ServerMessage }[]
  told: number
  received: number
}

const ABNORMAL_CLOSURE = 1006
/** The interval of the real server. */
const PING_MS = 4000
/** The server's virtual time begins here. */
const EPOCH_MS = 1_800_000_000_000

export class TestServer {
  /** Whether sockets open. */
  reachable = true
  /** Whether the server accepts tokens. */
  signsIn = true
  readonly #me: Party
  readonly #platform: FakePlatform
  readonly #listener: ServerListener
  readonly #offline = new Set<UserId>()
  #watched: readonly UserId[] = []
  #session: Session | undefined
  #socket: FakeSocket | undefined
  #sessions = 0

  constructor(me: Party, platform: FakePlatform, listener: ServerListener) {
    this.#me = me
    this.#platform = platform
    this.#listener = listener
  }

  /** Unix time in milliseconds. */
  nowMs(): number {
    return EPOCH_MS + this.#platform.now()
  }

  isOnline(user: UserId): boolean {
    return !this.#offline.has(user)
  }

  setOnline(user: UserId, online: boolean): void {
    if (online) this.#offline.delete(user)
    else this.#offline.add(user)
    if (this.#watched.includes(user)) this.tell({ type: 'presence', people: [{ user, online }] })
  }

  /** A socket has opened and nothing has been sent yet. */
  connects(socket: FakeSocket): void {
    if (!this.reachable) return socket.closes(ABNORMAL_CLOSURE)
    // A frame arrives a moment after it is sent, as on a network.
    socket.onsent = (text) => queueMicrotask(() => this.#receives(socket, text))
    socket.opens()
  }

  /** Sends a numbered message and keeps it until it is acknowledged. */
  tell(message: ServerMessage): void {
    const session = this.#session
    if (!session) throw new Error('Nobody is signed in: call signedIn() first.')
    session.told += 1
    session.kept.push({ seq: session.told, message })
    this.#send({ ...message, seq: session.told, ack: session.received })
  }

  /** Breaks the socket, or closes it with a code. */
  drop(code: number = ABNORMAL_CLOSURE): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.closes(code)
  }

  /** Forgets the session, as after a server restart: the next socket gets a snapshot. */
  forget(): void {
    this.#session = undefined
  }

  #receives(socket: FakeSocket, text: string): void {
    if (socket.readyState !== 1) return
    const { seq, ack = 0, ...message } = JSON.parse(text) as ClientFrame
    if (message.type === 'hello') return this.#greet(socket, message)
    const session = this.#session
    if (!session || socket !== this.#socket) return
    session.kept = session.kept.filter((one) => one.seq > ack)
    if (seq !== undefined) {
      if (seq <= session.received) return
      session.received = seq
    }
    this.#hears(message)
  }

  #hears(message: Exclude<ClientMessage, Hello>): void {
    switch (message.type) {
      case 'ping':
        return this.#send({ type: 'pong' })
      case 'ack':
      case 'pong':
      case 'leaving':
        return
      case 'watch': {
        this.#watched = message.users
        const people = message.users.map((user) => ({ user, online: this.isOnline(user) }))
        return this.tell({ type: 'presence', people })
      }
      case 'invite':
      case 'ringing':
      case 'accept':
      case 'join':
      case 'decline':
      case 'hang_up':
      case 'signal':
      case 'media':
      case 'status':
        return this.#listener.hears(message)
    }
  }

  #greet(socket: FakeSocket, { resume }: Hello): void {
    if (!this.signsIn) {
      socket.receives(JSON.stringify({ type: 'error', code: 'account/not-signed-in' }))
      return socket.closes(closeCodes.notSignedIn)
    }
    const last = this.#session
    const resumed = last !== undefined && resume?.session === last.id
    const session = resumed ? last : this.#open()
    this.#session = session
    this.#socket = socket
    this.#send({
      type: 'welcome',
      version: 1,
      session: session.id,
      key: session.key,
      resumed,
      received: session.received,
      me: this.#me,
      server_time_ms: this.nowMs(),
      calls: this.#listener.calls(),
      ice_servers: [],
    })
    if (resumed) {
      for (const { seq, message } of session.kept) {
        if (seq > resume.received) this.#send({ ...message, seq, ack: session.received })
      }
    }
    this.#keepAlive(socket)
  }

  #open(): Session {
    this.#sessions += 1
    const digits = String(this.#sessions).padStart(12, '0')
    return {
      id: `01890000-0000-4000-8000-${digits}` as SessionId,
      key: `01890000-0000-4000-9000-${digits}` as ResumeKey,
      kept: [],
      told: 0,
      received: 0,
    }
  }

  #keepAlive(socket: FakeSocket): void {
    this.#platform.setTimer(() => {
      if (socket !== this.#socket || socket.readyState !== 1) return
      this.#send({ type: 'ping' })
      this.#keepAlive(socket)
    }, PING_MS)
  }

  #send(frame: object): void {
    this.#socket?.receives(JSON.stringify(frame))
  }
}
