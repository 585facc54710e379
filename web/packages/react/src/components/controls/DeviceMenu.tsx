import type { DeviceKind, SourceView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import type { DeviceState } from '../../useDevices'
import { deviceName, tidyLabel } from '../words/deviceNames'
import { MenuEntry, MenuGroup } from '../elements/Menu'

export type DeviceGroupProps = {
  readonly kind: DeviceKind
  readonly state: DeviceState
  /** What calls use of it; a speaker is not told of. */
  readonly source?: SourceView
}

/** The devices of a kind. What is checked is what is in use; a choice takes effect at once. */
export function DeviceGroup({ kind, state, source }: DeviceGroupProps) {
  const { devices, found, chosen } = state
  const { devices: words } = useStrings().call
  const wish = chosen[kind]
  const there = found[kind]
  const inUse = inUseOf(source, there)
  const choose = (id: string | undefined) => devices?.choose(kind, id)
  // Only an attempt tells that there is none: until then browsers may keep what there is to themselves.
  if (source?.problem?.endsWith('-missing') && there.length === 0) {
    return (
      <MenuGroup label={words.kinds[kind]}>
        <MenuEntry label={words.none[kind]} disabled />
      </MenuGroup>
    )
  }
  const present = there.some(({ id }) => id === wish)
  const refused = kind === 'speaker' && wish === state.refusedSpeaker
  // A speaker that is gone or refuses is passed over; of the others the phone tells what took its place.
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

/** The device in use, if it is one that is listed. */
function inUseOf(
  source: SourceView | undefined,
  there: readonly { readonly id: string }[],
): string | undefined {
  const id = source?.device
  return there.some((device) => device.id === id) ? id : undefined
}
