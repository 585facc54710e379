// Scenes about microphones and cameras in a call: their problems and their menus.
import { errors, type CallView, type ErrorCode } from '@parley/client'

import { find, press, pressIfThere, settled } from './pageActions'
import {
  audio,
  base,
  broken,
  camera,
  inCall,
  off,
  on,
  small,
  status,
  video,
  view,
  type Scene,
  type Scenes,
} from './views'

const codes = (Object.keys(errors) as ErrorCode[]).filter((code) => code.startsWith('device/'))

/** One scene for each error code. */
const troubles: Scenes = Object.fromEntries(
  codes.map((code) => [`call-${code.replace('device/', '')}`, inCall(troubled(code))]),
)

function troubled(code: ErrorCode): CallView {
  const source = broken(code)
  if (code.includes('camera')) return { ...video, camera: source }
  if (code.includes('screen')) return { ...video, screen: { ...source, wanted: false } }
  if (code.includes('insecure')) return { ...video, microphone: source, camera: source }
  return { ...audio, microphone: source }
}

const muted = { ...off, device: 'm2' }

/** Scenes of the other side's status. */
const peers: Scenes = Object.fromEntries(
  (['off', 'opening', 'unavailable', 'lost', 'silenced'] as const).flatMap((state) => [
    [
      `call-peer-microphone-${state}`,
      inCall({ ...audio, peer_status: status({ microphone: state }) }),
    ],
    [`call-peer-camera-${state}`, inCall({ ...video, peer_status: status({ camera: state }) })],
  ]),
)

const menu = async (which: 'microphone' | 'camera') => {
  const place = which === 'microphone' ? 1 : 2
  const button = `.parley-control-pair:nth-child(${place}) .parley-control-menu`
  await find(button)
  // The list of devices arrives after the call.
  await settled()
  await press(button)
}

export const deviceScenes: Scenes = {
  ...troubles,
  'call-asking-microphone': inCall({
    ...base,
    phase: 'ringing',
    devices_ringing: 1,
    microphone: { ...on, state: 'opening', opening: true, asking: true },
  }),
  'call-asking-both': inCall({
    ...base,
    kind: 'video',
    phase: 'connecting',
    microphone: { ...on, state: 'opening', opening: true, asking: true },
    camera: { ...on, state: 'opening', opening: true, asking: true },
  }),
  'call-substitute-microphone': inCall({
    ...audio,
    microphone: { ...on, device: 'm1', problem: 'device/microphone-busy' },
  }),
  'call-substitute-camera': inCall({
    ...video,
    camera: { ...camera, problem: 'device/camera-missing' },
  }),
  'call-talking-while-muted': inCall({
    ...video,
    microphone: muted,
    sound_hint: 'talking_while_muted',
  }),
  'call-silent-microphone': inCall({ ...audio, sound_hint: 'silent_microphone' }),
  'call-notes-many': inCall(
    {
      ...video,
      microphone: broken('device/microphone-lost'),
      camera: broken('device/camera-busy'),
      peer_status: status({ camera: 'on', microphone: 'silenced', mobile_data: true }),
    },
    { soundBlocked: true },
  ),

  'call-muted': inCall({ ...video, microphone: muted }),
  'call-muted-sent': inCall({ ...video, microphone: { ...muted, off_proof: 'sent' } }),
  'call-muted-received': inCall({ ...video, microphone: { ...muted, off_proof: 'received' } }),
  'call-muted-received-audio': inCall({
    ...audio,
    microphone: { ...muted, off_proof: 'received' },
  }),

  ...peers,
  'call-peer-mobile': inCall({ ...audio, peer_status: status({ mobile_data: true }) }),
  'call-peer-reconnecting': inCall({
    ...video,
    peer_status: status({ camera: 'on', reconnecting: true }),
  }),
  'call-peer-everything': inCall({
    ...video,
    peer_device: 'lost',
    peer_status: status({ camera: 'on', microphone: 'silenced', mobile_data: true }),
  }),

  'call-menu-microphone': { ...inCall(video), act: () => menu('microphone') },
  'call-menu-camera': { ...inCall(video), act: () => menu('camera') },
  'call-menu-none': {
    ...inCall({ ...audio, camera: broken('device/camera-missing') }),
    devices: 'none',
    act: () => menu('camera'),
  },
  'call-menu-more': {
    ...inCall(audio),
    act: () => pressIfThere('.parley-control-on[aria-haspopup]'),
  },

  'small-muted': small(inCall({ ...audio, microphone: { ...muted, off_proof: 'received' } })),
  'small-asking': small(
    inCall({ ...base, microphone: { ...on, state: 'opening', opening: true, asking: true } }),
  ),
  'small-menu': then(small(inCall(audio)), () => menu('microphone')),
  'small-more': then(small(inCall(video)), () => press('.parley-control-on[aria-haspopup]')),
  'small-server-away': small(
    inCall(
      { ...audio, microphone: broken('device/microphone-silenced') },
      {
        view: view([{ ...audio, microphone: broken('device/microphone-silenced') }], 'reconnecting')
          .view,
      },
    ),
  ),
}

function then(scene: Scene, act: () => Promise<void>): Scene {
  return {
    ...scene,
    act: async () => {
      await scene.act?.()
      await act()
    },
  }
}
