// Two people in a call beside the attack. One sends signals, the other answers them, and both
// report media, so that they notice every disturbance by the server.
import { expect } from 'vitest'
import { signUp } from '../../support/accounts'
import { callId, Device } from '../../support/device'
import type { Server } from '../../support/server'

// Often enough to overlap every attack, and far below the limits of one call.
const exchangeEveryMs = 200

export class Bystanders {
  readonly #call: string
  readonly #link: number
  readonly #caller: Device
  readonly #callee: Device
  #exchanges = 0
  #over = false
  #failure: unknown
  /** The last number that each has received, to acknowledge it. */
  readonly #heard = new Map<Device, number>()

  private constructor(call: string, link: number, caller: Device, callee: Device) {
    this.#call = call
    this.#link = link
    this.#caller = caller
    this.#callee = callee
    this.#talk().catch((error: unknown) => {
      this.#failure = error
    })
  }

  static async talk(server: Server): Promise<Bystanders> {
    const people = [await signUp(server, 'bystander1'), await signUp(server, 'bystander2')] as const
    const caller = await Device.connect(server, people[0])
    const callee = await Device.connect(server, people[1])
    const call = callId()
    caller.say('invite', { call, callee: people[1].user, kind: 'audio' })
    await callee.hear('incoming')
    callee.say('accept', { call })
    const accepted = await caller.hear('accepted')
    await callee.hear('accepted')
    for (const device of [caller, callee]) device.say('media', { call, flowing: true })
    return new Bystanders(call, accepted['link'] as number, caller, callee)
  }

  /** They are in the same call on the same sockets, and receive each other's signals now. */
  async expectUntouched(): Promise<void> {
    const before = this.#exchanges
    await expect.poll(() => this.#failure !== undefined || this.#exchanges > before + 1).toBe(true)
    if (this.#failure !== undefined) throw this.#failure
    for (const device of [this.#caller, this.#callee]) {
      expect(device.raw.rest).not.toContain('ended')
      expect(device.raw.rest).not.toContain('error')
    }
  }

  leave(): void {
    this.#over = true
    for (const device of [this.#caller, this.#callee]) device.drop()
  }

  async #talk(): Promise<void> {
    for (let turn = 1; !this.#over; ++turn) {
      await this.#pass(this.#caller, this.#callee, `question ${String(turn)}`)
      await this.#pass(this.#callee, this.#caller, `answer ${String(turn)}`)
      ++this.#exchanges
      for (const device of [this.#caller, this.#callee]) {
        device.say('media', { call: this.#call, flowing: true })
      }
      await new Promise((resolve) => setTimeout(resolve, exchangeEveryMs))
    }
  }

  async #pass(from: Device, to: Device, text: string): Promise<void> {
    const data = { type: 'candidates', text }
    const ack = this.#heard.get(from) ?? 0
    from.say('signal', { call: this.#call, to: to.id, link: this.#link, data, ack })
    try {
      const heard = await to.hear('signal')
      expect(heard).toMatchObject({ from: from.id, data })
      this.#heard.set(to, heard['seq'] as number)
    } catch (error) {
      if (!this.#over) throw error
    }
  }
}
