import type { FlowView, QualityView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import type { Counted } from '../../strings/types'
import { QualityBars } from './QualityBars'
import { TrendGraph } from './TrendGraph'

export type QualityPanelProps = {
  readonly quality: QualityView
  /** The measurements of the last minute. */
  readonly trend: readonly QualityView[]
}

/** How good the call is in one sentence, what helps, and the measurements behind it. */
export function QualityPanel({ quality, trend }: QualityPanelProps) {
  const { quality: words } = useStrings().call
  const cause = quality.cause === 'none' ? undefined : words.causes[quality.cause][quality.side]
  const percent = (permille: number) => words.percent(Math.round(permille / 10))
  return (
    <>
      <div className="parley-quality-verdict">
        <QualityBars level={quality.level} />
        <p className="parley-quality-level">{words.label(words.levels[quality.level])}</p>
        <p className="parley-quality-cause">
          {cause ? `${cause.sentence} ${cause.nextStep}` : words.fine}
        </p>
      </div>
      <table className="parley-quality-table">
        <caption className="parley-unseen">{words.measured}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">
              <span className="parley-trend-key" />
              <span>{words.toYou}</span>
            </th>
            <th scope="col">
              <span className="parley-trend-key" data-line="sent" />
              <span>{words.fromYou}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <FlowRow
            title={words.rate}
            of="rate_kbps"
            write={words.kilobits}
            least={100}
            {...{ quality, trend }}
          />
          <FlowRow
            title={words.lost}
            of="lost_permille"
            write={percent}
            least={100}
            {...{ quality, trend }}
          />
          <FlowRow
            title={words.concealed}
            of="concealed_permille"
            write={percent}
            least={100}
            {...{ quality, trend }}
          />
          <tr>
            <th scope="row">
              <span>{words.roundTrip}</span>
              <TrendGraph received={trend.map(({ round_trip_ms }) => round_trip_ms)} least={300} />
            </th>
            <td colSpan={2}>{written(quality.round_trip_ms, words.milliseconds, words.unknown)}</td>
          </tr>
        </tbody>
      </table>
    </>
  )
}

type Measure = 'rate_kbps' | 'lost_permille' | 'concealed_permille'

type FlowRowProps = QualityPanelProps & {
  readonly title: string
  readonly of: Measure
  readonly write: Counted
  /** The height of the graph stands for at least this much: small values stay small. */
  readonly least: number
}

function FlowRow({ title, of, write, least, quality, trend }: FlowRowProps) {
  const { unknown } = useStrings().call.quality
  const values = (flow: 'receiving' | 'sending') => trend.map((one) => one[flow][of])
  const text = (flow: FlowView) => written(flow[of], write, unknown)
  return (
    <tr>
      <th scope="row">
        <span>{title}</span>
        <TrendGraph received={values('receiving')} sent={values('sending')} least={least} />
      </th>
      <td>{text(quality.receiving)}</td>
      <td>{text(quality.sending)}</td>
    </tr>
  )
}

function written(value: number | undefined, write: Counted, unknown: string) {
  if (value !== undefined) return write(value)
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="parley-unseen">{unknown}</span>
    </>
  )
}
