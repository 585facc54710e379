import type { QualityView } from '@parley/client'
import { useState } from 'react'

/** Measurements that are kept: a minute, with one each second. */
const MOST_MEASUREMENTS = 60

/** The measurements of the last minute, the newest last. */
export function useQualityTrend(quality: QualityView | undefined): readonly QualityView[] {
  const [trend, setTrend] = useState<readonly QualityView[]>([])
  // While media is lost, nothing is measured.
  const measured = quality !== undefined && quality.level !== 'lost'
  if (measured && quality.measurements !== trend.at(-1)?.measurements) {
    const next = [...trend.slice(1 - MOST_MEASUREMENTS), quality]
    setTrend(next)
    return next
  }
  return trend
}
