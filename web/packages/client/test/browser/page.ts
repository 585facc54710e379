// What the tests in calls.browser.ts drive: phones on the real core, with the real peer connections,
// devices and sound of the browser they run in.
import { PATIENCE_MS } from '../../../../../tests/patience'
import { createConnection } from '../../src/connection/connection'
import { compileCore, createCore } from '../../src/core'
import type { CreateConnection, PhoneEvent } from '../../src/generated/phone'
import type { CallId } from '../../src/generated/wire'
import { createMedia, type Media } from '../../src/media/media'
import { Parley } from '../../src/phone'
import { pagePlatform, type Platform } from '../../src/page/platform'
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
      // There is nobody to pick a window.
      getDisplayMedia: async () => {
        const stream = drawing()
        this.tracks.push(...stream.getTracks())
        return stream
      },
    }
  }

  async until(condition: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<void> {
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

  /** What the connections send just now. */
  sent(): MediaStreamTrack[] {
    const tracks = this.connections.flatMap((connection) =>
      connection.getSenders().map(({ track }) => track),
    )
    return tracks.filter((track) => track?.readyState === 'live') as MediaStreamTrack[]
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
  end(change: Partial<CreateConnection>, shared?: Media) {
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
      relays_only: false,
      ...change,
    } as const
    const media = shared ?? createMedia(platform, shell)
    const connection = createConnection(effect, platform, media, shell)
    return { events, logged, media, connection, peer: this.connections.at(-1)! }
  }

  /** Two ends, and what a core and a server would do between them. */
  pair(offering: Partial<CreateConnection> = {}, shared?: Media) {
    const one = this.end({ offers_first: true, ...offering }, shared)
    const other = this.end({})
    const ends = [one, other]
    const passed = new Map(ends.map((end) => [end, 0]))
    let operation = 0

    /** Passes candidates on, in both directions. */
    const relay = () => {
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        for (const event of from.events.slice(passed.get(from))) {
          if (event.type !== 'candidate_gathered') continue
          const { ufrag = '', candidate, connection } = event
          to.connection.addCandidate({ type: 'add_candidate', connection, ufrag, candidate })
        }
        passed.set(from, from.events.length)
      }
    }
    const described = async (end: End, describe: () => void) => {
      const all = () => end.events.filter((event) => event.type === 'local_description_set')
      const before = all().length
      describe()
      await this.until(() => all().length > before)
      return all().at(-1)?.sdp ?? ''
    }
    /** Has one end offer and the other one answer; returns the user name fragment of the offer. */
    const negotiate = async (restart_ice = false) => {
      const ids = { connection: 1 as never, operation: (operation += 1) as never }
      const remote = { type: 'set_remote_description', afresh: false, ...ids } as const
      const offer = await described(one, () =>
        one.connection.makeOffer({ type: 'make_offer', ...ids, restart_ice, afresh: false }),
      )
      other.connection.setRemoteDescription({ ...remote, kind: 'offer', sdp: offer })
      const answer = await described(other, () =>
        other.connection.makeAnswer({ type: 'make_answer', ...ids }),
      )
      one.connection.setRemoteDescription({ ...remote, kind: 'answer', sdp: answer })
      return /a=ice-ufrag:(\S+)/.exec(offer)?.[1]
    }
    /** Waits until all of them say so. */
    const reach = (state: 'connected' | 'complete') =>
      this.until(() => {
        relay()
        return ends.every(({ peer }) =>
          [peer.connectionState, peer.iceGatheringState].includes(state),
        )
      })
    return { one, other, negotiate, reach }
  }

  /** The newest counters of an end, read now. */
  async sample(end: End) {
    const all = () => end.events.filter((event) => event.type === 'stats_sampled')
    const before = all().length
    end.connection.sampleStats()
    await this.until(() => all().length > before)
    return all().at(-1)!
  }

  /** The sound an end has heard, in billionths. */
  async energy(end: End): Promise<number> {
    return (await this.sample(end)).microphone_received.energy ?? NaN
  }
}

type End = ReturnType<World['end']>

/** A picture that moves, so that there are frames to send. */
function drawing(): MediaStream {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  let frame = 0
  const draw = () => {
    context.fillStyle = `hsl(${(frame += 7)} 90% 50%)`
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  draw()
  setInterval(draw, 50)
  return canvas.captureStream(20)
}

declare global {
  interface Window {
    World: typeof World
  }
}
window.World = World
