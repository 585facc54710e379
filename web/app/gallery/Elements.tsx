// The small elements by themselves.
import {
  errors,
  type CallView,
  type Direction,
  type EndReason,
  type ErrorCode,
} from '@parley/client'
import {
  Avatar,
  Button,
  CallButton,
  DurationText,
  Icon,
  IconButton,
  PersonName,
  Problem,
  endingOf,
  hueOf,
  iconNames,
  useStrings,
} from '@parley/react'

import { ada, noor, nuisances, people, person } from './people'

const nothing = () => undefined

export function Elements() {
  const byHue = Array.from({ length: 64 }, (_, index) =>
    person(`user${index}`, people[index % 7]?.name ?? ''),
  )
  const hues = Array.from({ length: 8 }, (_, hue) => byHue.find((one) => hueOf(one) === hue) ?? ada)
  return (
    <main className="gallery-page">
      <h1>Elements</h1>
      <div className="gallery-row">
        <Button look="primary">Primary</Button>
        <Button look="primary" busy>
          At work
        </Button>
        <Button>Plain</Button>
        <Button disabled>Disabled</Button>
        <Button look="danger" icon="hangUp">
          Danger
        </Button>
        <Button look="quiet">Quiet</Button>
        <IconButton icon="search" label="Search" onPress={nothing} />
        <CallButton party={ada} kind="audio" withLabel />
        <CallButton party={ada} kind="video" withLabel />
      </div>
      <div className="gallery-row">
        {hues.map((one) => (
          <Avatar key={one.user} party={one} />
        ))}
        {nuisances.map((one) => (
          <Avatar key={one.user} party={one} />
        ))}
      </div>
      <div className="gallery-row">
        <Avatar party={ada} size="small" />
        <Avatar party={ada} />
        <Avatar party={noor} size="large" />
        <Avatar party={ada} size="large" waiting />
      </div>
      <div className="gallery-row gallery-icons">
        {iconNames.map((one) => (
          <span key={one} title={one}>
            <Icon name={one} />
          </span>
        ))}
      </div>
      <div className="gallery-row">
        {[0, 7_000, 754_000, 3_723_000].map((one) => (
          <DurationText key={one} milliseconds={one} />
        ))}
      </div>
      <ul className="gallery-names">
        {nuisances.map((one) => (
          <li key={one.user}>
            <span>{'before '}</span>
            <PersonName party={one} />
            <span>{' after'}</span>
          </li>
        ))}
      </ul>
    </main>
  )
}

/** All words about errors and endings. */
export function Notes() {
  const strings = useStrings()
  const directions: readonly Direction[] = ['outgoing', 'incoming']
  return (
    <main className="gallery-page">
      <h1>Notes</h1>
      <div className="gallery-notes">
        {(Object.keys(errors) as ErrorCode[]).map((code) => (
          <Problem key={code} error={code} tone={code.startsWith('device') ? 'note' : 'danger'} />
        ))}
      </div>
      <table className="gallery-table">
        <tbody>
          {(Object.keys(strings.call.ended) as EndReason[]).flatMap((reason) =>
            directions.map((direction) => {
              const { title, detail } = endingOf({ reason, direction } as CallView, strings)
              return (
                <tr key={`${reason} ${direction}`}>
                  <th scope="row">{`${reason}, ${direction}`}</th>
                  <td>
                    <strong>{title}</strong>
                    {detail !== undefined && <span>{` ${detail}`}</span>}
                  </td>
                </tr>
              )
            }),
          )}
        </tbody>
      </table>
    </main>
  )
}
