// Measures how loud a microphone is, muted or not. The sent track may be disabled and would show
// silence, so a clone of the device's track is measured.
import type { MediaRequestId } from '../generated/phone'
import type { Platform } from '../page/platform'
import type { Shell } from '../shell'
import { describeError } from '../text'

export type Levels = {
  /**
   * Reports the peak since the last measurement; nothing on the first call, or while it is unknown.
   */
  measure(request: MediaRequestId, track: MediaStreamTrack): void
  /** Stops measuring a closed microphone. */
  forget(request: MediaRequestId): void
  /** The number of clones that capture. */
  count(): number
}

type Probe = {
  readonly clone: MediaStreamTrack
  readonly source: MediaStreamAudioSourceNode
  readonly analyser: AnalyserNode
  readonly samples: Float32Array<ArrayBuffer>
  /** On the context's clock, which stops while the context does not run. */
  measuredAtS: number
}

/**
 * The largest buffer of an analyser: 0.68 s at 48 kHz. Of a longer time only the end is measured.
 */
const SAMPLES_KEPT = 32_768

export function createLevels(platform: Platform, shell: Shell): Levels {
  const probes = new Map<MediaRequestId, Probe>()
  /** Microphones that could not be measured. They are not tried or logged again. */
  const deaf = new Set<MediaRequestId>()
  let context: AudioContext | undefined

  const closeIdleContext = () => {
    if (probes.size > 0) return
    context?.close().catch(ignore)
    context = undefined
  }

  const start = (of: AudioContext, track: MediaStreamTrack): Probe => {
    const clone = track.clone()
    try {
      clone.enabled = true
      const source = of.createMediaStreamSource(platform.createStream([clone]))
      const analyser = of.createAnalyser()
      analyser.fftSize = SAMPLES_KEPT
      source.connect(analyser)
      const samples = new Float32Array(SAMPLES_KEPT)
      return { clone, source, analyser, samples, measuredAtS: of.currentTime }
    } catch (thrown) {
      clone.stop()
      throw thrown
    }
  }

  const peakOf = (probe: Probe, of: AudioContext): number | undefined => {
    const passed = Math.floor((of.currentTime - probe.measuredAtS) * of.sampleRate)
    if (!(passed > 0)) return undefined
    probe.measuredAtS = of.currentTime
    probe.analyser.getFloatTimeDomainData(probe.samples)
    const fresh = probe.samples.subarray(-Math.min(passed, SAMPLES_KEPT))
    return fresh.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)
  }

  const measure = (request: MediaRequestId, track: MediaStreamTrack) => {
    context ??= platform.createAudioContext?.()
    if (!context) return
    const probe = probes.get(request) ?? start(context, track)
    probes.set(request, probe)
    if (context.state !== 'running') {
      // A suspended context shows silence, which would be wrong.
      context.resume().catch(ignore)
      return
    }
    const peak = peakOf(probe, context)
    if (peak === undefined || Number.isNaN(peak)) return
    const peak_millionths = Math.round(Math.min(1, peak) * 1e6)
    shell.report({ type: 'sound_measured', request, peak_millionths })
  }

  const forget = (request: MediaRequestId) => {
    deaf.delete(request)
    const probe = probes.get(request)
    if (!probe) return
    probes.delete(request)
    probe.clone.stop()
    probe.source.disconnect()
    probe.analyser.disconnect()
    closeIdleContext()
  }

  return {
    measure(request, track) {
      if (deaf.has(request)) return
      try {
        measure(request, track)
      } catch (thrown) {
        forget(request)
        deaf.add(request)
        closeIdleContext()
        shell.log('warning', `the microphone can't be measured: ${describeError(thrown).name}`)
      }
    },
    forget,
    count: () => probes.size,
  }
}

/** A context that does not start is resumed again at the next measurement. */
function ignore() {
  // The next measurement tries again.
}
