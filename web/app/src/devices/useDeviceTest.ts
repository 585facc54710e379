import type { Devices, ErrorCode } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

/** What can be heard or seen of oneself. */
export type Capture = 'microphone' | 'camera'

export type Probe =
  | { readonly phase: 'off' }
  | { readonly phase: 'opening' }
  | { readonly phase: 'on'; readonly stream: MediaStream }
  | { readonly phase: 'failed'; readonly error: ErrorCode }

const off: Probe = { phase: 'off' }

/** Opens one device when it is told to, and closes it at the latest with the screen. */
export function useDeviceTest(devices: Devices | undefined, kind: Capture, onOpened: () => void) {
  const [probe, setProbe] = useState<Probe>(off)
  const open = useRef<MediaStream>(null)
  // Grows with every start and stop: a grant that comes late belongs to none of them.
  const attempt = useRef(0)

  const stop = useCallback(() => {
    attempt.current += 1
    open.current?.getTracks().forEach((track) => track.stop())
    open.current = null
    setProbe(off)
  }, [])

  /** Tells whether the answer was still waited for. */
  const start = useCallback(async (): Promise<boolean> => {
    if (!devices) return false
    stop()
    const mine = (attempt.current += 1)
    setProbe({ phase: 'opening' })
    const opened = await devices.open(kind)
    if (mine !== attempt.current) {
      if (opened.ok) opened.stream.getTracks().forEach((track) => track.stop())
      return false
    }
    if (opened.ok) {
      open.current = opened.stream
      setProbe({ phase: 'on', stream: opened.stream })
      onOpened()
    } else {
      setProbe({ phase: 'failed', error: opened.error })
    }
    return true
  }, [devices, kind, stop, onOpened])

  useEffect(() => stop, [stop])
  return { probe, start, stop }
}
