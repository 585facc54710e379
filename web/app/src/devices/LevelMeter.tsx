import { useEffect, useRef } from 'react'

/** The level in decibels that the meter shows as silence. */
const QUIETEST_DB = -60

/** Shows how loud a microphone is. */
export function LevelMeter({ stream, label }: { stream: MediaStream | null; label: string }) {
  const meter = useRef<HTMLMeterElement>(null)

  useEffect(() => {
    if (!stream || typeof AudioContext !== 'function') return
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    const samples = new Float32Array(analyser.fftSize)
    context.createMediaStreamSource(stream).connect(analyser)
    let frame = requestAnimationFrame(function draw() {
      analyser.getFloatTimeDomainData(samples)
      if (meter.current) meter.current.value = levelOf(samples)
      frame = requestAnimationFrame(draw)
    })
    return () => {
      cancelAnimationFrame(frame)
      void context.close()
    }
  }, [stream])

  return <meter ref={meter} className="level" aria-label={label} min={0} max={1} value={0} />
}

/** From 0 (silence) to 1 (full scale). */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  if (power === 0) return 0
  return Math.min(1, Math.max(0, 1 - (10 * Math.log10(power)) / QUIETEST_DB))
}
