import type { CaptureKind, Devices, ErrorCode } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

export type Probe =
  | { readonly phase: 'off' }
  /** `asking`: opening takes so long that a permission prompt is probably open. */
  | { readonly phase: 'opening'; readonly asking: boolean }
  /** `silenced`: the device's switch or the system silences it. */
  | { readonly phase: 'on'; readonly stream: MediaStream; readonly silenced: boolean }
  | { readonly phase: 'failed'; readonly error: ErrorCode }

const off: Probe = { phase: 'off' }

/** A device that needs no prompt is open within this time. */
const ASKING_AFTER_MS = 3000

/** Plugging in one device changes the list several times in a row. */
const SETTLE_MS = 300

/** Opens one device on request, and closes it when the screen is left. */
export function useDeviceTest(
  devices: Devices | undefined,
  kind: CaptureKind,
  onOpened: () => void,
) {
  const [probe, setProbe] = useState<Probe>(off)
  const open = useRef<MediaStream>(null)
  // Grows with every start and stop, to recognise a late grant.
  const attempt = useRef(0)
  // The last request: only one prompt at a time.
  const asked = useRef<Promise<unknown>>(Promise.resolve())

  const close = useCallback(() => {
    attempt.current += 1
    for (const track of open.current?.getTracks() ?? []) {
      track.onended = track.onmute = track.onunmute = null
      track.stop()
    }
    open.current = null
    return attempt.current
  }, [])

  const stop = useCallback(() => {
    close()
    setProbe(off)
  }, [close])

  /** Returns whether the result was still wanted. */
  const attemptToOpen = useCallback(
    async (mine: number): Promise<boolean> => {
      const asking = asked.current.then(() =>
        mine === attempt.current ? devices?.open(kind) : undefined,
      )
      asked.current = asking
      const opened = await asking
      if (!opened) return false
      if (mine !== attempt.current) {
        if (opened.ok) opened.stream.getTracks().forEach((track) => track.stop())
        return false
      }
      if (opened.ok) {
        open.current = opened.stream
        watch(opened.stream, {
          onSilenced: (silenced) => setProbe({ phase: 'on', stream: opened.stream, silenced }),
          onLost: () => {
            close()
            setProbe({ phase: 'failed', error: `device/${kind}-lost` })
          },
        })
        onOpened()
      } else {
        setProbe({ phase: 'failed', error: opened.error })
      }
      return true
    },
    [devices, kind, close, onOpened],
  )

  const start = useCallback(async (): Promise<boolean> => {
    if (!devices) return false
    const mine = close()
    setProbe({ phase: 'opening', asking: false })
    return attemptToOpen(mine)
  }, [devices, close, attemptToOpen])

  const opening = probe.phase === 'opening'
  useEffect(() => {
    if (!opening) return
    const timer = setTimeout(() => setProbe({ phase: 'opening', asking: true }), ASKING_AFTER_MS)
    return () => clearTimeout(timer)
  }, [opening])

  // The missing device may be present now. Tries silently, because it may be another device.
  const absent = probe.phase === 'failed' && isAbsent(probe.error)
  useEffect(() => {
    if (!absent || !devices) return
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const tryAgain = async () => {
      // A running attempt may find the device.
      await asked.current
      if (!over && open.current === null) void attemptToOpen(close())
    }
    const stopListening = devices.onChange((chosen) => {
      // Choosing another device starts the test too.
      clearTimeout(timer)
      if (chosen === undefined) timer = setTimeout(() => void tryAgain(), SETTLE_MS)
    })
    return () => {
      over = true
      clearTimeout(timer)
      stopListening()
    }
  }, [absent, devices, close, attemptToOpen])

  useEffect(() => () => void close(), [close])
  return { probe, start, stop }
}

function isAbsent(error: ErrorCode): boolean {
  return error.endsWith('-missing') || error.endsWith('-lost')
}

type Watcher = {
  readonly onSilenced: (silenced: boolean) => void
  readonly onLost: () => void
}

/** Reports the present state and every change. */
function watch(stream: MediaStream, { onSilenced, onLost }: Watcher): void {
  const [track] = stream.getTracks()
  onSilenced(track?.muted === true)
  if (!track) return
  track.onmute = () => onSilenced(true)
  track.onunmute = () => onSilenced(false)
  track.onended = onLost
}
