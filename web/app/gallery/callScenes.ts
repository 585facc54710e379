// Scenes of a call, from the first ring to the end.
import {
  errors,
  type CallView,
  type EndReason,
  type ErrorCode,
  type PeerConnectionId,
  type QualityView,
} from '@parley/client'

import { changeCall, changeCallAtOnce, fill, press } from './pageActions'
import { ada, noor, nuisances } from './people'
import {
  SECOND,
  audio,
  base,
  broken,
  camera,
  ended,
  idle,
  inCall,
  lossy,
  off,
  quality,
  small,
  status,
  video,
  view,
  type Scene,
  type Scenes,
} from './views'

function incoming(call: Partial<CallView>, others: readonly CallView[] = []): Scene {
  const ringing = {
    ...base,
    call: SECOND,
    direction: 'incoming',
    phase: 'incoming',
    ...call,
  } as const
  return { ...idle, snapshot: view([...others, ringing]) }
}

/** A minute of measurements, and the panel with them. */
function measured(call: CallView, of: (at: number) => QualityView): Scene {
  return {
    ...inCall(call),
    act: async () => {
      await changeCall({ ...call, quality: of(0) })
      for (let at = 1; at <= 60; at++) changeCallAtOnce({ ...call, quality: of(at) })
      await press('.parley-quality-button')
    },
  }
}

/** A call that rang here and ended before it was shown. */
function missed(reason: EndReason): Scene {
  return inCall({ ...base, direction: 'incoming', phase: 'ended', reason })
}

const failures = (Object.keys(errors) as ErrorCode[]).filter(
  (code) =>
    code.startsWith('connection/') || code === 'call/unknown-user' || code === 'call/overloaded',
)

const lost = quality(1, { level: 'lost', cause: 'gone' })

const incomingBlock = '.parley-incoming > .parley-button-quiet'

export const callScenes: Scenes = {
  'incoming-audio': incoming({}),
  'incoming-video': incoming({ kind: 'video' }),
  'incoming-nuisance': incoming({ peer: nuisances[3] ?? ada }),
  'incoming-in-call': incoming({ peer: noor, kind: 'video' }, [audio]),
  'incoming-while-typing': {
    ...idle,
    act: async () => {
      await fill('', 'gra')
      await changeCall({ ...base, direction: 'incoming', phase: 'incoming' })
    },
  },

  'incoming-block': {
    ...incoming({}),
    act: () => press(incomingBlock),
  },
  'incoming-block-failed': {
    ...incoming({ kind: 'video', peer: nuisances[3] ?? ada }, [audio]),
    act: async () => {
      await press(incomingBlock)
      await press('.parley-block-actions .parley-button-danger')
    },
  },

  'call-calling': inCall(base),
  'call-ringing': inCall({ ...base, phase: 'ringing', devices_ringing: 1 }),
  'call-ringing-video': inCall({
    ...base,
    kind: 'video',
    phase: 'ringing',
    devices_ringing: 2,
    camera,
  }),
  'call-opening-camera': inCall({
    ...base,
    kind: 'video',
    phase: 'ringing',
    devices_ringing: 1,
    camera: { ...camera, state: 'opening', opening: true },
  }),
  'call-connecting': inCall({ ...base, direction: 'incoming', phase: 'connecting' }),
  'call-active': inCall(audio),
  'call-active-both-muted': inCall({
    ...audio,
    microphone: off,
    peer_status: status({ microphone: 'off' }),
  }),
  'call-active-nuisance': inCall({ ...audio, peer: nuisances[4] ?? ada }),
  'call-active-video': inCall(video),
  'call-active-video-upright': inCall({ ...video, connection: 2 as PeerConnectionId }),
  'call-active-video-muted': inCall({
    ...video,
    microphone: off,
    camera: off,
    peer_status: status({ microphone: 'off', camera: 'on' }),
  }),
  'call-active-video-peer-off': inCall({
    ...video,
    peer_status: status(),
  }),
  'call-active-video-peer-broken': inCall({
    ...video,
    peer_status: status({ microphone: 'unavailable', camera: 'unavailable' }),
  }),
  'call-active-both-broken': inCall({
    ...video,
    microphone: broken('device/microphone-busy'),
    camera: broken('device/camera-denied'),
  }),
  'call-active-sound-blocked': inCall(audio, { soundBlocked: true }),
  'call-active-weak': inCall({
    ...audio,
    quality: quality(1, { level: 'fair', cause: 'thin', side: 'theirs' }),
  }),
  'call-active-video-weak': inCall({ ...video, quality: lossy(60) }),
  'call-quality': measured(audio, (at) => quality(at)),
  'call-quality-weak': measured(video, lossy),
  'call-active-server-away': inCall(video, { view: view([video], 'reconnecting').view }),
  'call-reconnecting': inCall({ ...audio, phase: 'reconnecting', quality: lost }),
  'call-reconnecting-video': inCall({ ...video, phase: 'reconnecting', quality: lost }),

  'call-waiting': inCall({ ...base, phase: 'ringing', waiting: true, devices_ringing: 1 }),
  'call-held': inCall({ ...video, held: true }),
  'call-held-by-peer': inCall({
    ...audio,
    peer_status: status({ held: true }),
  }),
  'call-peer-reloading': inCall({ ...video, phase: 'reconnecting', peer_device: 'reloading' }),
  'call-peer-lost': inCall({ ...audio, peer_device: 'lost' }),
  'call-two': {
    ...idle,
    snapshot: view([{ ...audio, call: SECOND, peer: noor, held: true }, audio]),
  },
  'call-elsewhere': inCall({ ...audio, phase: 'elsewhere' }),

  'ended-completed': ended('completed', { lasted_ms: 754_000 }),
  'ended-rated': {
    ...ended('completed', { lasted_ms: 754_000, kind: 'video' }),
    act: async () => {
      await ended('completed', { lasted_ms: 754_000, kind: 'video' }).act?.()
      await press('.parley-rating-answer')
    },
  },
  'ended-declined': ended('declined'),
  'ended-cancelled': ended('cancelled'),
  'ended-busy': ended('busy'),
  'ended-no-answer': ended('no_answer', { kind: 'video' }),
  'ended-unreachable': ended('unreachable'),
  'ended-abandoned': ended('abandoned', { lasted_ms: 4_210_000 }),
  ...Object.fromEntries(
    failures.map((problem) => [
      `ended-failed-${problem.replace('/', '-')}`,
      ended('failed', { problem }),
    ]),
  ),
  'ended-missed': missed('no_answer'),
  'ended-declined-here': missed('declined'),
  'ended-answered-elsewhere': missed('answered_elsewhere'),

  'small-ringing': small(inCall({ ...base, phase: 'ringing', devices_ringing: 1 })),
  'small-active': small(inCall(audio)),
  'small-active-video': small(inCall(video)),
  'small-active-broken': small(inCall({ ...video, camera: broken('device/camera-missing') })),
  'small-reconnecting': small(inCall({ ...audio, phase: 'reconnecting', microphone: off })),
}
