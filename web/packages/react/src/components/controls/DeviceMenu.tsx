import type { DeviceKind, SourceView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import type { DeviceState } from '../../useDevices'
import { deviceName, tidyLabel } from '../words/deviceNames'
import { MenuEntry, MenuGroup } from '../elements/Menu'

export type DeviceGroupProps = {
  readonly kind: DeviceKind
  readonly state: DeviceState
  /** The source in the call. Not given for speakers. */
  readonly source?: SourceView
}

/** The devices of a kind. The device in use is checked; a choice takes effect at once. */
export function DeviceGroup({ kind, state, source }: DeviceGroupProps) {
  const { devices, found, chosen } = state
  const { devices: words } = useStrings().call
  const wish = chosen[kind]
  const there = found[kind]
  const inUse = inUseOf(source, there)
  const choose = (id: string | undefined) => devices?.choose(kind, id)
  // Only an attempt shows that there is no device: before it, browsers may hide devices.
  if (source?.problem?.endsWith('-missing') && there.length === 0) {
    return (
      <MenuGroup label={words.kinds[kind]}>
        <MenuEntry label={words.none[kind]} disabled />
      </MenuGroup>
    )
  }
  const present = there.some(({ id }) => id === wish)
  const refused = kind === 'speaker' && wish === state.refusedSpeaker
  // A missing or failing speaker is skipped; for other kinds the phone reports the replacement.
  const stands =
    wish === undefined ? undefined : (inUse ?? (present && !refused ? wish : undefined))
  return (
    <MenuGroup label={words.kinds[kind]}>
      <MenuEntry
        label={words.systemDefault}
        detail={wish === undefined ? deviceName(found, kind, inUse) : undefined}
        checked={stands === undefined}
        onPress={() => choose(undefined)}
      />
      {there.map(({ id, label }, index) => (
        <MenuEntry
          key={id}
          label={label === '' ? words.unnamed[kind](index + 1) : tidyLabel(label)}
          detail={id === wish && stands !== id ? words.unusable : undefined}
          checked={id === stands}
          onPress={() => choose(id)}
        />
      ))}
      {wish !== undefined && !present && <MenuEntry label={words.gone} disabled />}
    </MenuGroup>
  )
}

/** The device in use, if it is in the list. */
function inUseOf(
  source: SourceView | undefined,
  there: readonly { readonly id: string }[],
): string | undefined {
  const id = source?.device
  return there.some((device) => device.id === id) ? id : undefined
}
