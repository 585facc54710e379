// Device names, if the browser tells them.
import type { DeviceKind, DeviceList } from '@parley/client'

import { isolated } from './names'

/** The name of a device, safe inside a sentence; undefined if it is unknown. */
export function deviceName(
  found: DeviceList,
  kind: DeviceKind,
  id: string | undefined,
): string | undefined {
  const label = found[kind].find((device) => device.id === id)?.label ?? ''
  return label === '' ? undefined : isolated(tidyLabel(label))
}

/** Removes the vendor and product numbers that Chromium adds to the names of USB devices. */
export function tidyLabel(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)/i, '')
}
