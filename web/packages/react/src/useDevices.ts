import { noDevices, type DeviceKind, type DeviceList, type Devices } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

import { usePhone } from './parleyContext'

export type DeviceState = {
  /** Nothing while the phone is loading. */
  readonly devices: Devices | undefined
  /** What is plugged in, kept up to date. */
  readonly found: DeviceList
  readonly chosen: Readonly<Record<DeviceKind, string | undefined>>
  /** The chosen speaker, while nothing can be played through it. */
  readonly refusedSpeaker: string | undefined
  /** Looks again: a browser tells the names once the person has let the page use a device. */
  readonly refresh: () => void
}

/**
 * The devices there are, and which of them calls use here. Looks again when `inUse` changes: once a
 * device is open, browsers tell what it is called.
 */
export function useDevices(inUse = ''): DeviceState {
  const devices = usePhone()?.devices
  const [found, setFound] = useState(noDevices)
  const [chosen, setChosen] = useState(() => chosenOf(devices))

  const [refusedSpeaker, setRefusedSpeaker] = useState(() => devices?.refusedSpeaker())
  const newest = useRef(0)

  const refresh = useCallback(() => {
    setChosen(chosenOf(devices))
    setRefusedSpeaker(devices?.refusedSpeaker())
    const mine = (newest.current += 1)
    void devices?.list().then((list) => {
      // A list that was asked for later tells of more.
      if (mine === newest.current) setFound(list)
    })
  }, [devices])

  useEffect(() => {
    const first = setTimeout(refresh)
    const stops = [devices?.onChange(refresh), devices?.onSpeakerRefused(refresh)]
    return () => {
      clearTimeout(first)
      for (const stop of stops) stop?.()
    }
  }, [devices, refresh, inUse])

  return { devices, found, chosen, refusedSpeaker, refresh }
}

function chosenOf(devices: Devices | undefined): DeviceState['chosen'] {
  return {
    microphone: devices?.chosen('microphone'),
    camera: devices?.chosen('camera'),
    speaker: devices?.chosen('speaker'),
  }
}
