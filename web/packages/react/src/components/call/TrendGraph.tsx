const WIDTH = 120
const HEIGHT = 24
/** One step of the graph is one measurement; the newest is at the end. */
const STEPS = 59

type Values = readonly (number | undefined)[]

export type TrendGraphProps = {
  readonly received: Values
  readonly sent?: Values
  /** The value at the top, unless a greater one was measured. */
  readonly least: number
}

/** Small lines over the last minute. The numbers stand beside it as text. */
export function TrendGraph({ received, sent = [], least }: TrendGraphProps) {
  const known = [...received, ...sent].filter((value) => value !== undefined)
  const top = Math.max(least, ...known)
  return (
    <svg
      className="parley-trend"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={pathOf(sent, top)} data-line="sent" />
      <path d={pathOf(received, top)} />
    </svg>
  )
}

/** A line through the values, with gaps where none is known. */
export function pathOf(values: Values, top: number): string {
  let open = false
  return values
    .map((value, index) => {
      const move = open ? 'L' : 'M'
      open = value !== undefined
      if (value === undefined) return ''
      const x = WIDTH - ((values.length - 1 - index) * WIDTH) / STEPS
      const y = HEIGHT - 1 - (value / top) * (HEIGHT - 2)
      return `${move}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
}
