import type { QualityLevel } from '@parley/client'

const filled = { excellent: 4, good: 3, fair: 2, poor: 1, lost: 0 } as const
const heights = [5, 9, 13, 17]

/** Four bars, filled by the level. The others are outlines, so the colour says nothing alone. */
export function QualityBars({ level }: { readonly level: QualityLevel }) {
  return (
    <svg className="parley-bars" viewBox="0 0 24 24" aria-hidden="true" data-level={level}>
      {heights.map((height, index) => (
        <rect
          key={height}
          x={3 + index * 5}
          y={20 - height}
          width="3"
          height={height}
          rx="1"
          data-filled={index < filled[level]}
        />
      ))}
    </svg>
  )
}
