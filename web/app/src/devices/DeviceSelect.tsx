import type { Device, DeviceKind } from '@parley/client'
import { tidyLabel, useStrings } from '@parley/react'
import { useId } from 'react'

export type DeviceSelectProps = {
  readonly kind: DeviceKind
  readonly found: readonly Device[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string | undefined) => void
}

/** A choice between the system's device and the present ones. */
export function DeviceSelect({ kind, found, chosen, onChoose }: DeviceSelectProps) {
  const { devices: words } = useStrings().call
  const id = useId()
  const gone = chosen !== undefined && found.every((device) => device.id !== chosen)
  return (
    <div className="choice">
      <label htmlFor={id}>{words.kinds[kind]}</label>
      <select
        id={id}
        className="select"
        value={chosen ?? ''}
        onChange={({ target }) => onChoose(target.value === '' ? undefined : target.value)}
      >
        <option value="">{words.systemDefault}</option>
        {found.map((device, index) => (
          <option key={device.id} value={device.id}>
            {tidyLabel(device.label) || words.unnamed[kind](index + 1)}
          </option>
        ))}
        {gone && <option value={chosen}>{words.gone}</option>}
      </select>
    </div>
  )
}
