// Whether sound arrives, by packets and by energy, and since when.
import { expect } from 'vitest'
import type { Person } from '../../e2e/support/browser'
import { until } from '../../e2e/support/until'
import { PATIENCE_MS } from '../../patience'
import { listen, type Sample, type Way } from './page'

/** A person, or a page without the app. */
export type Listener = Pick<Person, 'page' | 'name'>

const EVERY_MS = 50
/** More than what rounding leaves. */
const AUDIBLE_ENERGY = 1e-4
/** Sound is 25 packets in this time; a link has no more than a few under way. */
const STREAM_MS = 500
const STREAM_PACKETS = 10

/** From now on the pages keep what arrives. */
export async function listens(...people: readonly Listener[]): Promise<void> {
  await listensEvery(EVERY_MS, people)
}
export async function listensEvery(ms: number, people: readonly Listener[]): Promise<void> {
  await Promise.all(people.map((person) => person.page.evaluate(listen, ms)))
}

/** Waits for the first packets of sound, and the first picture, and returns the moments. */
export async function firstOf(person: Listener): Promise<{ sound: number; picture: number }> {
  let found = { sound: 0, picture: 0 }
  await until(
    async () => {
      const samples = await samplesOf(person)
      found = {
        sound: samples.find(({ packets }) => packets > 0)?.at ?? 0,
        picture: samples.find(({ frames }) => frames > 0)?.at ?? 0,
      }
    },
    () =>
      expect(Math.min(found.sound, found.picture), `media at ${person.name}`).toBeGreaterThan(0),
  )
  return found
}

/**
 * Waits until new sound arrives at each person: packets, and energy in what they bring, after this
 * moment. Returns the seconds from there to the first packets.
 */
export async function hearAgain(
  people: readonly Listener[],
  since: number,
  patienceMs = PATIENCE_MS,
): Promise<number[]> {
  const end = Date.now() + patienceMs
  return Promise.all(people.map((person) => hearsAgain(person, since, end)))
}

async function hearsAgain(person: Listener, since: number, end: number): Promise<number> {
  for (;;) {
    const isLast = Date.now() > end
    const samples = await samplesOf(person)
    const back = firstPackets(samples, since)
    const heard = back && (samples.at(-1)?.energy ?? 0) - back.energy > AUDIBLE_ENERGY
    if (heard) return (back.at - since) / 1000
    if (isLast) {
      throw new Error(`${person.name} hears nothing${back ? ', though packets arrive' : ''}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/**
 * The first sample with new packets after a moment that are followed by others: those that were under way
 * when a path was lost are not.
 */
function firstPackets(samples: readonly Sample[], since: number): Sample | undefined {
  const after = samples.filter(({ at }) => at >= since)
  return after.find(({ at, packets }, i) => {
    if (packets === (after[i - 1] ?? after[0])?.packets) return false
    const later = after.findLast((other) => other.at <= at + STREAM_MS)
    return later !== undefined && later.packets - packets >= STREAM_PACKETS
  })
}

/** Waits until no packets arrive any more: the pause is shorter than any that a test makes. */
export async function hearsNothing(person: Listener): Promise<void> {
  await until(
    async () => (await samplesOf(person)).filter(({ at }) => at > Date.now() - 500),
    (recent) => {
      expect(recent.length, `samples of ${person.name}`).toBeGreaterThan(1)
      expect(recent.at(-1)?.packets, `packets for ${person.name}`).toBe(recent[0]?.packets)
    },
  )
}

/** More than a busy browser leaves between packets, less than it takes to get over a loss of the path. */
export const SECONDS_OF_NOISE = 3

/** The longest time without packets since a moment, in seconds. */
export async function longestGap(person: Listener, since: number): Promise<number> {
  const samples = (await samplesOf(person)).filter(({ at }) => at >= since)
  let longest = 0
  let arrived = samples[0]
  for (const sample of samples) {
    if (sample.packets === arrived?.packets) continue
    longest = Math.max(longest, sample.at - (arrived?.at ?? sample.at))
    arrived = sample
  }
  return Math.max(longest, (samples.at(-1)?.at ?? 0) - (arrived?.at ?? 0)) / 1000
}

/** The way of the media, once there is one. */
export async function wayOf(person: Listener): Promise<Way> {
  let found: Way | undefined
  await until(
    async () => (found = await person.page.evaluate(() => window.parleyEar?.way())),
    (way) => expect(way).toBeDefined(),
  )
  return found!
}

async function samplesOf(person: Listener): Promise<readonly Sample[]> {
  return person.page.evaluate(() => window.parleyEar?.samples() ?? [])
}
