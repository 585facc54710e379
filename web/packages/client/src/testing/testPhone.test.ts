import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coreIsBuilt } from '../../test/realCore'
import { userId } from '../ids'
import { createTestPhone, type TestPhone } from './index'

const bea = { user: userId('bea'), name: 'Bea Moreau' }

let phone: TestPhone | undefined
beforeEach(() => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined)
  }
})
afterEach(() => {
  phone?.close()
  phone = undefined
  vi.restoreAllMocks()
})

describe('a test phone', () => {
  it('names the path of a missing core', async () => {
    const missing = createTestPhone({ core: '/nowhere/core.wasm' })
    await expect(missing).rejects.toThrow('The call core is not at /nowhere/core.wasm: build it')
  })
})

describe.skipIf(!coreIsBuilt)('a test phone', () => {
  it('is online after the sign-in, as the person of the test', async () => {
    phone = await createTestPhone({ me: { user: 'ada', name: 'Ada' } })
    expect(phone.parley.view.session).toBe('signed_out')
    await phone.signedIn()
    expect(phone.parley.view).toMatchObject({ session: 'online', me: { user: 'ada', name: 'Ada' } })
    await phone.advance(120_000)
    expect(phone.parley.view.session).toBe('online')
  })

  it('dials, rings, is answered, talks and hangs up', async () => {
    const { parley, show } = await signedIn()
    const call = parley.dial(bea, 'video')
    expect(show()).toMatchObject({ call, phase: 'calling', devices_told: 0 })
    await phone!.settled()
    expect(show()).toMatchObject({ phase: 'calling', devices_told: 1 })
    await phone!.peer.rings(2)
    expect(show()).toMatchObject({ phase: 'ringing', devices_ringing: 2 })
    expect(phone!.media.isOpen('camera')).toBe(true)
    expect(phone!.peer.party).toEqual(bea)
    await phone!.peer.answers()
    expect(show()).toMatchObject({ phase: 'connecting', peer_status: { camera: 'on' } })
    await phone!.mediaFlows()
    expect(show()).toMatchObject({ phase: 'active' })
    expect(parley.remoteStream(show()?.connection)?.getTracks()).toHaveLength(2)
    expect(phone!.peer.phase).toBe('active')
    expect(phone!.peer.sees).toMatchObject({ microphone: 'on', camera: 'on' })
    await phone!.advance(60_000)
    expect(show()).toMatchObject({ phase: 'active' })
    parley.hangUp(call)
    await phone!.settled()
    expect(show()).toMatchObject({ phase: 'ended', reason: 'completed' })
    expect(show()?.lasted_ms).toBeGreaterThanOrEqual(60_000)
    expect(phone!.peer.phase).toBe('ended')
    expect(phone!.media.isOpen('camera')).toBe(false)
    expect(parley.resources()).toMatchObject({ connections: 0, tracks: 0 })
  })

  it('is called, answers, and is hung up on', async () => {
    const { parley, show } = await signedIn()
    const peer = await phone!.isCalledBy(bea, 'video')
    expect(show()).toMatchObject({ phase: 'incoming', kind: 'video', peer: bea })
    expect(peer.hearsRinging).toBe(true)
    parley.answer(peer.call, 'audio')
    await phone!.settled()
    expect(show()).toMatchObject({ phase: 'connecting' })
    await phone!.mediaFlows()
    expect(show()).toMatchObject({ phase: 'active', peer_status: { camera: 'on' } })
    expect(peer.sees).toMatchObject({ microphone: 'on', camera: 'off' })
    await peer.hangsUp()
    expect(show()).toMatchObject({ phase: 'ended', reason: 'completed' })
  })

  it.each([
    ['declines', 'declined'],
    ['isBusy', 'busy'],
    ['doesNotAnswer', 'no_answer'],
  ] as const)('learns that the other one %s', async (verb, reason) => {
    const { parley, show } = await signedIn()
    parley.dial(bea, 'audio')
    await phone!.settled()
    await phone!.peer[verb]()
    expect(show()).toMatchObject({ phase: 'ended', reason })
  })

  it('shows an unreachable callee, presence, and a cancelled call', async () => {
    const { parley, show } = await signedIn()
    parley.showPeople([bea.user])
    await phone!.settled()
    expect(parley.view.presence).toEqual([{ user: 'bea', online: true }])
    await phone!.goesOffline('bea')
    expect(parley.view.presence).toEqual([{ user: 'bea', online: false }])
    parley.dial(bea, 'audio')
    await phone!.settled()
    expect(show()).toMatchObject({ phase: 'ended', reason: 'unreachable' })
    await phone!.comesOnline('bea')
    await phone!.isCalledBy(bea)
    await phone!.peer.hangsUp()
    expect(show()).toMatchObject({ phase: 'ended', reason: 'cancelled' })
  })

  it('shows what the other side does', async () => {
    const { show } = await talking()
    const peer = phone!.peer
    await peer.mutes()
    await peer.turnsCameraOn()
    await peer.sharesScreen()
    await peer.holds()
    await peer.losesTouch()
    expect(show()).toMatchObject({
      peer_status: { microphone: 'off', camera: 'on', sharing: true, held: true },
      peer_device: 'lost',
    })
    await peer.unmutes()
    await peer.turnsCameraOff()
    await peer.stopsSharing()
    await peer.resumes()
    await peer.comesBack()
    expect(show()).toMatchObject({
      peer_status: { microphone: 'on', camera: 'off', sharing: false, held: false },
      peer_device: 'connected',
    })
  })

  it('reports to the other side that it is muted, with proof', async () => {
    const { parley, show } = await talking()
    parley.setMicrophone(show()!.call, false)
    await phone!.settled()
    expect(phone!.peer.sees).toMatchObject({ microphone: 'off' })
    await phone!.advance(3000)
    expect(show()?.microphone).toMatchObject({ state: 'off', off_proof: 'sent' })
    await phone!.peer.confirmsSilence()
    expect(show()?.microphone.off_proof).toBe('received')
  })

  it('keeps the call while its socket is down, and gets the missed messages then', async () => {
    const { parley, show } = await talking()
    await phone!.loseSocket()
    expect(parley.view.session).toBe('reconnecting')
    await phone!.peer.mutes()
    parley.setMicrophone(show()!.call, false)
    await phone!.advance(30_000)
    expect(show()).toMatchObject({ phase: 'active', peer_status: { microphone: 'on' } })
    await phone!.reconnect()
    expect(parley.view.session).toBe('online')
    expect(show()).toMatchObject({ phase: 'active', peer_status: { microphone: 'off' } })
    expect(phone!.peer.sees).toMatchObject({ microphone: 'off' })
  })

  it('keeps the call when the server restarts', async () => {
    const { parley, show } = await talking()
    await phone!.restartServer()
    expect(parley.view.session).toBe('online')
    expect(show()).toMatchObject({ phase: 'active' })
    await phone!.peer.mutes()
    expect(show()).toMatchObject({ peer_status: { microphone: 'off' } })
  })

  it('is refused with a token that has expired, until it signs in again', async () => {
    const { parley } = await signedIn()
    await phone!.expireToken()
    expect(parley.view).toMatchObject({ session: 'refused', problem: 'account/not-signed-in' })
    await phone!.signedIn()
    expect(parley.view.session).toBe('online')
  })

  it('notices when media stops and when it returns', async () => {
    const { show } = await talking()
    await phone!.mediaStops()
    expect(show()).toMatchObject({ phase: 'reconnecting' })
    await phone!.mediaFlows()
    expect(show()).toMatchObject({ phase: 'active' })
  })

  it('shares a screen', async () => {
    const { parley, show } = await talking()
    parley.setScreen(show()!.call, true)
    await phone!.settled()
    expect(phone!.peer.sees).toMatchObject({ sharing: true })
    expect(phone!.media.isOpen('screen')).toBe(true)
  })

  it('holds the first call for a second one', async () => {
    const { parley } = await talking()
    const cem = await phone!.isCalledBy({ user: 'cem', name: 'Cem' })
    parley.answer(cem.call, 'audio')
    await phone!.settled()
    await phone!.mediaFlows()
    expect(phone!.peers[0]?.sees).toMatchObject({ held: true })
    expect(cem.sees).toMatchObject({ held: false })
  })

  it('reports an impossible step of a script', async () => {
    await signedIn()
    expect(() => phone!.peer).toThrow('There is no call yet.')
    await expect(phone!.mediaFlows()).rejects.toThrow('There is no call that was answered.')
    await phone!.isCalledBy(bea)
    await expect(phone!.peer.answers()).rejects.toThrow(
      "Bea Moreau can't answer: they are the caller",
    )
    await expect(phone!.peer.mutes()).rejects.toThrow('a call that is not on')
  })
})

describe.skipIf(!coreIsBuilt)('devices of a test phone', () => {
  it('can be refused, one by one', async () => {
    const { parley, show } = await signedIn()
    await phone!.media.refuses('camera', 'NotAllowedError')
    parley.dial(bea, 'video')
    await phone!.settled()
    expect(show()).toMatchObject({
      microphone: { state: 'on' },
      camera: { state: 'unavailable', problem: 'device/camera-denied' },
    })
  })

  it('can wait for a permission prompt, and be granted late', async () => {
    const { parley, show } = await signedIn()
    await phone!.media.asks('camera')
    parley.dial(bea, 'video')
    await phone!.advance(5000)
    expect(show()?.camera).toMatchObject({ opening: true, asking: true })
    await phone!.media.allows('camera')
    expect(show()?.camera).toMatchObject({ opening: false, asking: false })
    expect(phone!.media.isOpen('camera')).toBe(true)
  })

  it('can be pulled out and put back', async () => {
    const { show } = await talking()
    await phone!.media.unplug('microphone')
    expect(show()?.microphone).toMatchObject({ state: 'lost' })
    await phone!.settled()
    expect(phone!.peer.sees).toMatchObject({ microphone: 'lost' })
    await phone!.media.plugIn('microphone')
    await phone!.advance(3000)
    expect(show()?.microphone).toMatchObject({ state: 'on' })
  })

  it('can be silenced from outside', async () => {
    const { show } = await talking()
    await phone!.media.silence('microphone')
    await phone!.advance(3000)
    expect(show()?.microphone).toMatchObject({ state: 'silenced' })
    await phone!.media.silence('microphone', false)
    await phone!.advance(3000)
    expect(show()?.microphone).toMatchObject({ state: 'on' })
  })
})

async function signedIn() {
  phone = await createTestPhone()
  await phone.signedIn()
  const { parley } = phone
  return { parley, show: () => parley.view.calls.at(-1) }
}

/** A call that came in and was answered with sound only. */
async function talking() {
  const here = await signedIn()
  const peer = await phone!.isCalledBy(bea, 'audio')
  here.parley.answer(peer.call, 'audio')
  await phone!.settled()
  await phone!.mediaFlows()
  return here
}
