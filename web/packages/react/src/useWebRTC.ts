import type {
  CallId,
  CallView,
  DeviceId,
  ErrorCode,
  MediaKind,
  MediaRequestId,
  OtherCalls,
  Parley,
  Party,
  PeerConnectionId,
  SessionPhase,
  UserId,
} from '@parley/client'
import { useMemo } from 'react'
import { usePhone } from './parleyContext'
import { usePhoneValue } from './useParley'

/** Everything an app needs for calls. */
export type WebRTC = WebRTCState & WebRTCActions

export type WebRTCState = {
  /** The call core is loaded; the actions can be used. */
  readonly ready: boolean
  /** The core broke: every call is over and only a reload of the page helps. */
  readonly fatal: Error | null
  /** This page, as the server knows it. */
  readonly device: DeviceId | undefined
  /** The way to the server. Calls go on while it is `reconnecting`. */
  readonly session: SessionPhase
  /** Why the session is refused or reconnecting. */
  readonly problem: ErrorCode | undefined
  /** Who is signed in. */
  readonly me: Party | undefined
  /** Who is online, of the people shown; those not known yet are absent. */
  readonly presence: ReadonlyMap<UserId, boolean>
  /** All calls, in the order they began; ended ones until they are dismissed. */
  readonly calls: readonly CallView[]
  /**
   * The call in front: the newest that goes on here, before those on hold; else the newest that ended.
   * Never one that rings here or is on at another device.
   */
  readonly call: CallView | undefined
  /** The call that rings here; the first if there are two. */
  readonly incoming: CallView | undefined
  /** A call that is on at another device of this person: offer `join`. */
  readonly elsewhere: CallView | undefined
  /** The browser holds sound back until a gesture: offer `enableSound`. */
  readonly soundBlocked: boolean
  /** The server answers, but no WebSocket gets through to it: a proxy is in the way. */
  readonly socketsBlocked: boolean
}

/** What a person can do. The same functions for the life of the phone. */
export type WebRTCActions = {
  /** Goes online with a token of the account service. */
  readonly signIn: (token: string) => void
  /** Ends every call and goes offline. */
  readonly signOut: () => void
  /** Says whose presence is shown; the newest set counts. */
  readonly showPeople: (users: readonly UserId[]) => void
  readonly dial: (callee: Party, kind: MediaKind) => CallId
  /** Answers; other calls are held unless they are to end. */
  readonly answer: (call: CallId, kind: MediaKind, others?: OtherCalls) => void
  /** Takes over a call that is on at another device of this person. */
  readonly join: (call: CallId) => void
  readonly decline: (call: CallId) => void
  readonly hangUp: (call: CallId) => void
  /** Holds a call, or resumes it, which holds the others. */
  readonly setHeld: (call: CallId, held: boolean) => void
  /** Takes an ended call off `calls`. */
  readonly dismiss: (call: CallId) => void
  readonly setMicrophone: (call: CallId, on: boolean) => void
  readonly setCamera: (call: CallId, on: boolean) => void
  /** Shares the screen, once the person has picked what of it; to be called from a click or a key. */
  readonly setScreen: (call: CallId, on: boolean) => void
  /** What the other side sends; the same stream every time. `RemoteMedia` plays it, as one should. */
  readonly remoteStream: (connection: PeerConnectionId | undefined) => MediaStream | null
  /** The screen that the other side shares; the same stream every time. `RemoteScreen` shows it. */
  readonly remoteScreen: (connection: PeerConnectionId | undefined) => MediaStream | null
  /** The own camera or screen; the same stream every time. `LocalPicture` shows it. */
  readonly localPicture: (request: MediaRequestId | undefined) => MediaStream | null
  /** Lets held sound start; to be called from a click. */
  readonly enableSound: () => void
  /** Steady milliseconds: the clock of `active_since_ms`. */
  readonly now: () => number
}

/**
 * The calls of the signed-in person and everything to be done with them.
 *
 * Draws again with every change; `useParley` is for components that need a part. The actions may be
 * used once `ready` is true and throw before.
 */
export function useWebRTC(): WebRTC {
  const parley = usePhone()
  const snapshot = usePhoneValue((current) => current)
  const { session, problem, me, presence, calls } = snapshot.view

  const actions = useMemo(() => actionsOf(parley), [parley])
  const online = useMemo(
    () => new Map(presence.map((person) => [person.user, person.online])),
    [presence],
  )
  return {
    ...actions,
    ready: parley !== null,
    fatal: snapshot.fatal,
    device: parley?.device,
    session,
    problem,
    me,
    presence: online,
    calls,
    call: callInFront(calls),
    incoming: calls.find(({ phase }) => phase === 'incoming'),
    elsewhere: calls.find(({ phase }) => phase === 'elsewhere'),
    soundBlocked: snapshot.soundBlocked,
    socketsBlocked: snapshot.socketsBlocked,
  }
}

/** The call to show, besides one that rings here. */
export function callInFront(calls: readonly CallView[]): CallView | undefined {
  const here = calls.filter(({ phase }) => phase !== 'incoming' && phase !== 'elsewhere')
  const on = here.filter(({ phase }) => phase !== 'ended')
  return on.filter(({ held }) => !held).at(-1) ?? on.at(-1) ?? here.at(-1)
}

function actionsOf(parley: Parley | null): WebRTCActions {
  const phone = (): Parley => {
    if (!parley) throw new Error('The call core is still loading; wait for `ready`.')
    return parley
  }
  return {
    signIn: (token) => phone().signIn(token),
    signOut: () => phone().signOut(),
    showPeople: (users) => phone().showPeople(users),
    dial: (callee, kind) => phone().dial(callee, kind),
    answer: (call, kind, others) => phone().answer(call, kind, others),
    join: (call) => phone().join(call),
    decline: (call) => phone().decline(call),
    hangUp: (call) => phone().hangUp(call),
    setHeld: (call, held) => phone().setHeld(call, held),
    dismiss: (call) => phone().dismiss(call),
    setMicrophone: (call, on) => phone().setMicrophone(call, on),
    setCamera: (call, on) => phone().setCamera(call, on),
    setScreen: (call, on) => phone().setScreen(call, on),
    remoteStream: (connection) => parley?.remoteStream(connection) ?? null,
    remoteScreen: (connection) => parley?.remoteScreen(connection) ?? null,
    localPicture: (request) => parley?.localPicture(request) ?? null,
    enableSound: () => phone().enableSound(),
    now: () => phone().now(),
  }
}
