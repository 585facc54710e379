import { noDevices, type DeviceKind, type DeviceList, type Devices } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

import { usePhone } from './parleyContext'

/** The result of `useDevices`. */
export type DeviceState = {
  /** The devices of the phone, to choose or to open one; undefined while the phone loads. */
  readonly devices: Devices | undefined
  /** The present devices by kind. Kept up to date; empty before the first list. */
  readonly found: DeviceList
  /** The ids of the chosen devices; undefined means the system's default. */
  readonly chosen: Readonly<Record<DeviceKind, string | undefined>>
  /** The chosen speaker, if it can't be used; else undefined. */
  readonly refusedSpeaker: string | undefined
  /**
   * Lists the devices again. Browsers reveal device names after the page was allowed to use one.
   */
  readonly refresh: () => void
}

/**
 * The devices of the browser, and which of them calls use. Works signed in or not. Lists again when
 * `inUse` changes: pass the device in use, because browsers reveal names after a device was opened.
 *
 * @example
 * const { devices, found, chosen } = useDevices()
 * return found.microphone.map(({ id, label }) => (
 *   <button
 *     key={id}
 *     aria-pressed={id === chosen.microphone}
 *     onClick={() => devices?.choose('microphone', id)}
 *   >
 *     {label}
 *   </button>
 * ))
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
      // A newer list was requested meanwhile.
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
