// A phone that shows a scene, without core, server or devices.
import type { CallId, CallView, DeviceId, MediaKind, Parley, Party, Snapshot } from '@parley/client'

import { fakeDevices } from './fakeDevices'
import { ada, adaUpright, fakePicture, self } from './fakePicture'
import { fakeScreen } from './fakeScreen'
import { SCREEN_REQUEST, base, off, on, type Scene } from './views'

/** The parts of a phone that the hooks use. */
export type FakePhone = Pick<
  Parley,
  | 'device'
  | 'devices'
  | 'snapshot'
  | 'subscribe'
  | 'signIn'
  | 'signOut'
  | 'showPeople'
  | 'dial'
  | 'answer'
  | 'join'
  | 'setHeld'
  | 'decline'
  | 'hangUp'
  | 'dismiss'
  | 'setMicrophone'
  | 'setCamera'
  | 'setScreen'
  | 'remoteStream'
  | 'remoteScreen'
  | 'localPicture'
  | 'enableSound'
  | 'holdSound'
  | 'now'
>

/** The buttons change only what a screenshot needs. */
export function createFakePhone({ snapshot: first, devices }: Scene): Parley {
  const listeners = new Set<() => void>()
  const pictures = new Map<string, MediaStream>()
  const picture = (name: string, make: () => MediaStream) => {
    const stream = pictures.get(name) ?? make()
    pictures.set(name, stream)
    return stream
  }
  const show = (snapshot: Snapshot) => {
    phone.snapshot = snapshot
    for (const listener of listeners) listener()
  }
  const setCalls = (change: (calls: readonly CallView[]) => readonly CallView[]) => {
    const { view } = phone.snapshot
    show({ ...phone.snapshot, view: { ...view, calls: change(view.calls) } })
  }
  const setCall = (id: CallId, change: (call: CallView) => CallView) =>
    setCalls((calls) => calls.map((call) => (call.call === id ? change(call) : call)))

  const phone: FakePhone = {
    device: '01890000-0000-4000-8000-000000000001' as DeviceId,
    devices: fakeDevices(devices),
    snapshot: first,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signIn: () => undefined,
    signOut: () => undefined,
    showPeople: () => undefined,
    dial: (callee, kind) => {
      const call = dialed(callee, kind)
      setCalls((calls) => [...calls.filter(({ phase }) => phase !== 'ended'), call])
      return call.call
    },
    answer: (id) => setCall(id, (call) => ({ ...call, phase: 'answering' })),
    join: (id) => setCall(id, (call) => ({ ...call, phase: 'answering' })),
    setHeld: (id, held) => setCall(id, (call) => ({ ...call, held })),
    decline: (id) => setCall(id, (call) => ({ ...call, phase: 'ended', reason: 'declined' })),
    hangUp: (id) => setCall(id, (call) => ({ ...call, phase: 'ended', reason: 'completed' })),
    dismiss: (id) => setCalls((calls) => calls.filter(({ call }) => call !== id)),
    setMicrophone: (id, on) =>
      setCall(id, (call) => ({ ...call, microphone: { ...call.microphone, wanted: on } })),
    setCamera: (id, on) =>
      setCall(id, (call) => ({ ...call, camera: { ...call.camera, wanted: on } })),
    setScreen: (id, on) =>
      setCall(id, (call) => ({ ...call, screen: { ...call.screen, wanted: on } })),
    remoteScreen: (connection) =>
      connection === undefined ? null : picture('remote screen', fakeScreen),
    remoteStream: (connection) => {
      if (connection === undefined) return null
      const upright = Number(connection) === 2
      return picture(`remote ${connection}`, () => fakePicture(upright ? adaUpright : ada))
    },
    localPicture: (request) => {
      if (request === undefined) return null
      if (request === SCREEN_REQUEST) return picture('screen', fakeScreen)
      return picture('self', () => fakePicture(self))
    },
    enableSound: () => show({ ...phone.snapshot, soundBlocked: false }),
    holdSound: () => () => undefined,
    now: () => Math.round(performance.now()),
  }
  return phone as Parley
}

function dialed(peer: Party, kind: MediaKind): CallView {
  return {
    ...base,
    call: '01890000-0000-7000-8000-000000000099' as CallId,
    peer,
    kind,
    devices_told: 0,
    microphone: on,
    camera: { ...off, wanted: kind === 'video' },
  }
}
