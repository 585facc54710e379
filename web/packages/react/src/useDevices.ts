import { noDevices, type DeviceKind, type DeviceList, type Devices } from '@parley/client'
import { useCallback, useEffect, useState } from 'react'

import { usePhone } from './parleyContext'

export type DeviceState = {
  /** Nothing while the phone is loading. */
  readonly devices: Devices | undefined
  /** What is plugged in, kept up to date. */
  readonly found: DeviceList
  readonly chosen: Readonly<Record<DeviceKind, string | undefined>>
  /** Looks again: a browser tells the names once the person has let the page use a device. */
  readonly refresh: () => void
}

/** The devices there are, and which of them calls use here. */
export function useDevices(): DeviceState {
  const devices = usePhone()?.devices
  const [found, setFound] = useState(noDevices)
  const [chosen, setChosen] = useState(() => chosenOf(devices))

  const refresh = useCallback(() => {
    setChosen(chosenOf(devices))
    void devices?.list().then(setFound)
  }, [devices])

  useEffect(() => {
    const first = setTimeout(refresh)
    const stop = devices?.onChange(refresh)
    return () => {
      clearTimeout(first)
      stop?.()
    }
  }, [devices, refresh])

  return { devices, found, chosen, refresh }
}

function chosenOf(devices: Devices | undefined): DeviceState['chosen'] {
  return {
    microphone: devices?.chosen('microphone'),
    camera: devices?.chosen('camera'),
    speaker: devices?.chosen('speaker'),
  }
}
