import { describe, expect, it } from 'vitest'
import { constraintsFor } from './constraints'

const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

describe('asking for a device', () => {
  it('asks for voice processing and a sharp picture', () => {
    expect(
      constraintsFor({ microphone: { quality: 'full' }, camera: { quality: 'full' } }),
    ).toEqual({
      audio: voice,
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
    })
  })

  it('lowers the picture quality first, and keeps the voice settings', () => {
    expect(
      constraintsFor({ microphone: { quality: 'modest' }, camera: { quality: 'modest' } }),
    ).toEqual({
      audio: voice,
      video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } },
    })
  })

  it('accepts any quality in the last attempt', () => {
    expect(constraintsFor({ microphone: { quality: 'any' }, camera: { quality: 'any' } })).toEqual({
      audio: true,
      video: true,
    })
  })

  it('asks for exactly the chosen device', () => {
    expect(
      constraintsFor({
        microphone: { device: 'm1', quality: 'full' },
        camera: { device: 'c1', quality: 'any' },
      }),
    ).toEqual({
      audio: { ...voice, deviceId: { exact: 'm1' } },
      video: { deviceId: { exact: 'c1' } },
    })
  })

  it('leaves out what is not asked for', () => {
    expect(constraintsFor({ microphone: { quality: 'any' } }).video).toBe(false)
    expect(constraintsFor({ camera: { quality: 'any' } }).audio).toBe(false)
  })
})
