// Scenes of shared screens: the other side's, the own, both.
import { broken, audio, inCall, off, sharing, small, status, video, type Scenes } from './views'

const seen = { ...video, peer_status: status({ camera: 'on', sharing: true }) }
const seenAlone = { ...audio, peer_status: status({ sharing: true }) }

export const screenScenes: Scenes = {
  'screen-shown': inCall(seen),
  'screen-shown-no-camera': inCall({ ...seen, peer_status: status({ sharing: true }) }),
  'screen-shown-by-ear': inCall(seenAlone),
  'screen-shown-troubles': inCall({
    ...seen,
    microphone: broken('device/microphone-lost'),
    peer_status: status({ camera: 'on', sharing: true, microphone: 'off', mobile_data: true }),
  }),
  'screen-shown-reconnecting': inCall({ ...seen, phase: 'reconnecting' }),
  'screen-own': inCall({ ...video, screen: sharing }),
  'screen-own-by-ear': inCall({ ...audio, screen: sharing }),
  'screen-own-opening': inCall({ ...video, screen: { ...sharing, state: 'off', opening: true } }),
  'screen-both': inCall({
    ...seen,
    microphone: { ...off, off_proof: 'received' },
    screen: sharing,
  }),
  'small-screen-shown': small(inCall(seen)),
  'small-screen-own': small(inCall({ ...audio, screen: sharing })),
}
