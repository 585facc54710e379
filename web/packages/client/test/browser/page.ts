// What the tests in calls.browser.ts drive: phones on the real core, with the real peer connections,
// devices and sound of the browser they run in.
import { createConnection } from '../../src/connection'
import { compileCore, createCore } from '../../src/core'
import type { CreateConnection, PhoneEvent } from '../../src/generated/phone'
import type { CallId } from '../../src/generated/wire'
import { createMedia } from '../../src/media'
import { Parley } from '../../src/phone'
import { pagePlatform, type Platform } from '../../src/platform'
import { uuidV4 } from '../../src/uuid'
import { Loopback } from './loopback'

export class World {
  readonly server = new Loopback()
  readonly phones: Parley[] = []
  readonly connections: RTCPeerConnection[] = []
  readonly tracks: MediaStreamTrack[] = []
  readonly #core = compileCore(new URL('../../core.wasm', import.meta.url))

  /** A phone that is online as `user`. */
  async phone(user: string): Promise<Parley> {
    const core = await createCore(await this.#core, 1)
    const parley = new Parley(core, this.platform(), 'test 1')
    this.phones.push(parley)
    parley.signIn(user)
    await this.until(() => parley.view.session === 'online')
    return parley
  }

  /** The browser as it is, but for the way to the server; what it makes is kept for a look. */
  platform(): Platform {
    const real = pagePlatform({
      signalUrl: 'ws://localhost:1',
      identity: {
        device: uuidV4(),
        leave: () => undefined,
        stay: () => undefined,
        release: () => undefined,
      },
    })
    return {
      ...real,
      openSocket: () => this.server.connect(),
      createConnection: (configuration) => {
        const connection = real.createConnection(configuration)
        this.connections.push(connection)
        return connection
      },
      getUserMedia: async (constraints) => {
        const stream = await real.getUserMedia!(constraints)
        this.tracks.push(...stream.getTracks())
        return stream
      },
    }
  }

  async until(condition: () => boolean | Promise<boolean>, limitMs = 8000): Promise<void> {
    const end = performance.now() + limitMs
    while (!(await condition())) {
      if (performance.now() > end) {
        throw new Error(`waited in vain for ${String(condition)}\n${await this.#scene()}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Everything there is to see, for a test that failed. */
  async #scene(): Promise<string> {
    const connections = this.connections.map(async (connection) => ({
      connection: connection.connectionState,
      ice: connection.iceConnectionState,
      signaling: connection.signalingState,
      senders: connection.getSenders().map(({ track }) => track?.kind ?? 'nothing'),
      ...(await this.received(connection)),
    }))
    const phones = this.phones.map((phone) => ({ calls: phone.view.calls, log: phone.log() }))
    return JSON.stringify({ connections: await Promise.all(connections), phones }, null, 1)
  }

  /** What a connection has received, and how loud it was. */
  async received(connection: RTCPeerConnection) {
    const sum = { packets: 0, frames: 0, energy: 0 }
    const stats = await connection.getStats()
    stats.forEach((entry: RTCInboundRtpStreamStats) => {
      if (entry.type !== 'inbound-rtp') return
      if (entry.kind === 'audio') {
        sum.packets += entry.packetsReceived ?? 0
        sum.energy += entry.totalAudioEnergy ?? 0
      } else {
        sum.frames += entry.framesDecoded ?? 0
      }
    })
    return sum
  }

  /** One end of a connection without a phone: what it reports and what it logs. */
  end(change: Partial<CreateConnection>) {
    const events: PhoneEvent[] = []
    const logged: string[] = []
    const shell = {
      report: (event: PhoneEvent) => void events.push(event),
      log: (_: unknown, text: string) => void logged.push(text),
      changed: () => undefined,
    }
    const platform = this.platform()
    const effect = {
      type: 'create_connection',
      connection: 1 as never,
      call: 'call' as CallId,
      offers_first: false,
      ice_servers: [],
      ...change,
    } as const
    const connection = createConnection(effect, platform, createMedia(platform, shell), shell)
    return { events, logged, connection, peer: this.connections.at(-1)! }
  }
}

declare global {
  interface Window {
    World: typeof World
  }
}
window.World = World
