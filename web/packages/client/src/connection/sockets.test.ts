import { describe, expect, it, vi } from 'vitest'
import { FakePlatform } from '../testing'
import type { SocketId, LogLevel, PhoneEvent } from '../generated/phone'
import { createSockets } from './sockets'

const first = 1 as SocketId
const second = 2 as SocketId

describe('sockets', () => {
  it('report their events with their serial', () => {
    const { sockets, platform, events } = setUp()
    sockets.open({ type: 'open_socket', socket: first })
    platform.sockets[0]!.opens()
    platform.sockets[0]!.receives('{"type":"ping"}')
    platform.sockets[0]!.closes(1012)
    expect(events).toEqual([
      { type: 'socket_opened', socket: first },
      { type: 'frame_received', socket: first, text: '{"type":"ping"}' },
      { type: 'socket_closed', socket: first, code: 1012 },
    ])
    expect(sockets.count()).toBe(0)
  })

  it('report nothing after the core closed them', () => {
    const { sockets, platform, events } = setUp()
    sockets.open({ type: 'open_socket', socket: first })
    sockets.close({ socket: first })
    const socket = platform.sockets[0]!
    expect(socket.readyState).toBe(2)
    socket.opens()
    socket.receives('late')
    socket.closes(1000)
    expect(events).toEqual([])
  })

  it('send on an open socket, and drop frames for any other', () => {
    const { sockets, platform } = setUp()
    sockets.open({ type: 'open_socket', socket: first })
    sockets.send({ type: 'send_frame', socket: first, text: 'too early' })
    platform.sockets[0]!.opens()
    sockets.send({ type: 'send_frame', socket: first, text: 'hello' })
    sockets.send({ type: 'send_frame', socket: second, text: 'nobody' })
    expect(platform.sockets[0]!.sent).toEqual(['hello'])
  })

  it('report a socket that can not be created as closed', () => {
    const { sockets, platform, events } = setUp()
    platform.refusesSockets = true
    sockets.open({ type: 'open_socket', socket: first })
    expect(events).toEqual([{ type: 'socket_closed', socket: first, code: 1006 }])
  })

  it('are blocked when none opens although the server answers', async () => {
    const { sockets, platform, changes } = setUp()
    platform.reachesServer = () => Promise.resolve(true)
    const fails = (serial: number) => {
      sockets.open({ type: 'open_socket', socket: serial as SocketId })
      platform.sockets.at(-1)!.closes(1006)
    }
    fails(1)
    fails(2)
    await Promise.resolve()
    expect(sockets.blocked()).toBe(false)
    fails(3)
    await vi.waitFor(() => expect(sockets.blocked()).toBe(true))
    expect(changes()).toBe(1)
    sockets.open({ type: 'open_socket', socket: first })
    platform.sockets.at(-1)!.opens()
    expect(sockets.blocked()).toBe(false)
    // A server that closes an open socket does not mean that a proxy blocks sockets.
    platform.sockets.at(-1)!.closes(1012)
    fails(5)
    fails(6)
    platform.reachesServer = () => Promise.resolve(false)
    fails(7)
    await Promise.resolve()
    expect(sockets.blocked()).toBe(false)
  })

  it('deliver text frames only', () => {
    const { sockets, platform, events, logged } = setUp()
    sockets.open({ type: 'open_socket', socket: first })
    platform.sockets[0]!.receives(new ArrayBuffer(4))
    expect(events).toEqual([])
    expect(logged).toEqual(['warning'])
  })
})

function setUp() {
  const platform = new FakePlatform()
  const events: PhoneEvent[] = []
  const logged: LogLevel[] = []
  let changed = 0
  const sockets = createSockets(platform, {
    report: (event) => events.push(event),
    log: (level) => logged.push(level),
    changed: () => (changed += 1),
  })
  return { platform, events, logged, sockets, changes: () => changed }
}
