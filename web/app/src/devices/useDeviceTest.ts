import type { CaptureKind, Devices, ErrorCode } from '@parley/client'
import { useCallback, useEffect, useRef, useState } from 'react'

export type Probe =
  | { readonly phase: 'off' }
  /** `asking`: it takes so long that the browser's question is probably waiting. */
  | { readonly phase: 'opening'; readonly asking: boolean }
  /** `silenced`: its own switch or the system lets nothing through. */
  | { readonly phase: 'on'; readonly stream: MediaStream; readonly silenced: boolean }
  | { readonly phase: 'failed'; readonly error: ErrorCode }

const off: Probe = { phase: 'off' }

/** A device that needs no question is open by then. */
const ASKING_AFTER_MS = 3000

/** Who plugs in one device brings several changes of the list, one right after the other. */
const SETTLE_MS = 300

/** Opens one device when it is told to, and closes it at the latest with the screen. */
export function useDeviceTest(
  devices: Devices | undefined,
  kind: CaptureKind,
  onOpened: () => void,
) {
  const [probe, setProbe] = useState<Probe>(off)
  const open = useRef<MediaStream>(null)
  // Grows with every start and stop: a grant that comes late belongs to none of them.
  const attempt = useRef(0)
  // What was asked of the browser last: one question at a time.
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

  /** Tells whether the answer was still waited for. */
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

  // What is plugged in now may be what was missing; without a word about the try, in case it is not.
  const absent = probe.phase === 'failed' && isAbsent(probe.error)
  useEffect(() => {
    if (!absent || !devices) return
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const tryAgain = async () => {
      // A try that is under way may well find it.
      await asked.current
      if (!over && open.current === null) void attemptToOpen(close())
    }
    const stopListening = devices.onChange((chosen) => {
      // Who chooses another one starts it as well.
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

/** Tells how it is now, and every change. */
function watch(stream: MediaStream, { onSilenced, onLost }: Watcher): void {
  const [track] = stream.getTracks()
  onSilenced(track?.muted === true)
  if (!track) return
  track.onmute = () => onSilenced(true)
  track.onunmute = () => onSilenced(false)
  track.onended = onLost
}
