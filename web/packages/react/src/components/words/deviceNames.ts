// What devices are called, where the browser tells.
import type { DeviceKind, DeviceList } from '@parley/client'

import { isolated } from './names'

/** The name of a device, safe inside a sentence; nothing if nobody knows it. */
export function deviceName(
  found: DeviceList,
  kind: DeviceKind,
  id: string | undefined,
): string | undefined {
  const label = found[kind].find((device) => device.id === id)?.label ?? ''
  return label === '' ? undefined : isolated(tidyLabel(label))
}

/** Chromium puts the numbers of the maker and the model behind the names of USB devices. */
export function tidyLabel(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)/i, '')
}
