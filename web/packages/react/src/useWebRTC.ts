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

/** The result of `useWebRTC`: the state of the phone and the actions of the person. */
export type WebRTC = WebRTCState & WebRTCActions

/** The state of the phone. Each part keeps its reference until it changes. */
export type WebRTCState = {
  /** The call core is loaded; the actions can be used. */
  readonly ready: boolean
  /** Set when the core has failed: all calls have ended, and only a reload of the page helps. */
  readonly fatal: Error | null
  /** The id of this device at the server; undefined while the phone loads. */
  readonly device: DeviceId | undefined
  /** The session with the server. Calls continue while it is `reconnecting`. */
  readonly session: SessionPhase
  /** The error because of which the session is refused or reconnecting. */
  readonly problem: ErrorCode | undefined
  /** The signed-in person; undefined before the server's welcome. */
  readonly me: Party | undefined
  /**
   * Whether each person of `showPeople` is online. People whose presence is not known yet are
   * absent.
   */
  readonly presence: ReadonlyMap<UserId, boolean>
  /** All calls in the order in which they began, including ended ones until they are dismissed. */
  readonly calls: readonly CallView[]
  /**
   * The call in front: the newest call on this device, before those on hold; without one, the
   * newest ended call. Never a call that rings here or is on another device.
   */
  readonly call: CallView | undefined
  /** The call that rings here; the first one if there are two. */
  readonly incoming: CallView | undefined
  /** A call on another device of this person; `join` moves it to this one. */
  readonly elsewhere: CallView | undefined
  /**
   * Whether the browser blocks a sound until a user gesture. Offer a button that calls
   * `enableSound`.
   */
  readonly soundBlocked: boolean
  /** Whether the server answers over HTTP but no WebSocket opens, as behind some proxies. */
  readonly socketsBlocked: boolean
}

/**
 * The actions of the person. They are the same functions for the life of the phone, and return at
 * once. An action that the state of the call does not allow does nothing.
 */
export type WebRTCActions = {
  /**
   * Signs in with a token of the account service and connects. The same token again changes
   * nothing.
   */
  readonly signIn: (token: string) => void
  /** Ends all calls on this device and disconnects. */
  readonly signOut: () => void
  /** Sets the people of `presence`. Each call replaces the set; it has at most 256 people. */
  readonly showPeople: (users: readonly UserId[]) => void
  /**
   * Calls a person and returns the id of the call. Opens the microphone, and the camera for
   * `video`.
   */
  readonly dial: (callee: Party, kind: MediaKind) => CallId
  /** Answers a ringing call. Other calls are put on hold, or ended with `end`. */
  readonly answer: (call: CallId, kind: MediaKind, others?: OtherCalls) => void
  /** Moves a call of this person from another device to this one. */
  readonly join: (call: CallId) => void
  /** Declines a ringing call on all devices of this person. */
  readonly decline: (call: CallId) => void
  /** Ends a call in any phase; before an answer it cancels the call. */
  readonly hangUp: (call: CallId) => void
  /** Holds a call or resumes it. Resuming one call holds the others. */
  readonly setHeld: (call: CallId, held: boolean) => void
  /** Removes an ended call from `calls`. */
  readonly dismiss: (call: CallId) => void
  /** Unmutes or mutes the microphone of a call. */
  readonly setMicrophone: (call: CallId, on: boolean) => void
  /** Switches the camera of a call on or off. */
  readonly setCamera: (call: CallId, on: boolean) => void
  /**
   * Starts or stops sharing the screen. Must be called from a click or a key, or the browser
   * refuses.
   */
  readonly setScreen: (call: CallId, on: boolean) => void
  /**
   * Sound and camera of the other side, always the same stream; null before the first track.
   * `RemoteMedia` plays it.
   */
  readonly remoteStream: (connection: PeerConnectionId | undefined) => MediaStream | null
  /**
   * The screen of the other side, always the same stream; null before its track is known.
   * `RemoteScreen` shows it.
   */
  readonly remoteScreen: (connection: PeerConnectionId | undefined) => MediaStream | null
  /**
   * The own camera or screen, always the same stream; null if the request is not open.
   * `LocalPicture` shows it.
   */
  readonly localPicture: (request: MediaRequestId | undefined) => MediaStream | null
  /** Starts blocked sounds. Must be called from a click. */
  readonly enableSound: () => void
  /** Monotonic time in milliseconds, the clock of `active_since_ms`. */
  readonly now: () => number
}

/**
 * The state and the calls of the signed-in person, and the actions on them.
 *
 * Renders again with every change; use `useParley` in components that need only a part. While
 * `ready` is false the actions throw; `remoteStream`, `remoteScreen` and `localPicture` return
 * null.
 *
 * @example
 * const { ready, session, signIn, dial, call, hangUp } = useWebRTC()
 * useEffect(() => {
 *   if (ready) signIn(token)
 * }, [ready, signIn, token])
 * if (call) return <button onClick={() => hangUp(call.call)}>Hang up</button>
 * const bea = { user: userId('bea'), name: 'Bea Moreau' }
 * return (
 *   <button disabled={session !== 'online'} onClick={() => dial(bea, 'video')}>
 *     Call Bea
 *   </button>
 * )
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

/** The call to show, apart from one that rings here. */
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
