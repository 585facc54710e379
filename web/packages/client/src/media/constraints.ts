// The constraints for microphone and camera (Media Capture, 4.3.8), in a call and outside of one.
import type { Capture, OpenMedia, CaptureQuality } from '../generated/phone'

const voice: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}

const sound: Readonly<Record<CaptureQuality, MediaTrackConstraints>> = {
  full: voice,
  modest: voice,
  any: {},
}

const picture: Readonly<Record<CaptureQuality, MediaTrackConstraints>> = {
  full: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
  modest: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } },
  any: {},
}

export function constraintsFor({
  microphone,
  camera,
}: Pick<OpenMedia, 'microphone' | 'camera'>): MediaStreamConstraints {
  return {
    audio: microphone ? trackConstraints(microphone, sound) : false,
    video: camera ? trackConstraints(camera, picture) : false,
  }
}

function trackConstraints(
  { device, quality }: Capture,
  wishes: Readonly<Record<CaptureQuality, MediaTrackConstraints>>,
): MediaTrackConstraints | true {
  if (device !== undefined) return { ...wishes[quality], deviceId: { exact: device } }
  return quality === 'any' ? true : wishes[quality]
}
