// Gives a phone to the components below: one that the app made, or one that the provider makes and
// closes.
import { Parley, type ParleyOptions } from '@parley/client'
import { useCallback, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import { ParleyContext, type ParleyState } from './parleyContext'

export type ParleyProviderProps = { readonly children?: ReactNode } & (
  | { /** A phone that the app made. The provider does not close it. */ readonly parley: Parley }
  | {
      readonly parley?: never
      /** Options for the phone. Read once, when the provider mounts. */
      readonly options?: ParleyOptions
    }
)
/**
 * Gives a phone to the components below it. Use one provider per page.
 *
 * Without `parley` it loads the call core and makes a phone, and closes it on unmount.
 * `useParleyState` reports a core that could not be loaded.
 *
 * @example
 * <ParleyProvider options={{ signalUrl: 'https://calls.example.org/signal' }}>
 *   <App />
 *   <CallModals />
 * </ParleyProvider>
 */

export function ParleyProvider(props: ParleyProviderProps): ReactElement {
  const { parley, options, children } = props as Readonly<{
    parley?: Parley
    options?: ParleyOptions
    children?: ReactNode
  }>
  return parley ? (
    <GivenPhone parley={parley}>{children}</GivenPhone>
  ) : (
    <OwnPhone {...(options ? { options } : {})}>{children}</OwnPhone>
  )
}

function GivenPhone({ parley, children }: { parley: Parley; children: ReactNode }): ReactElement {
  const state = useMemo<ParleyState>(() => ({ status: 'ready', parley }), [parley])
  return <ParleyContext value={state}>{children}</ParleyContext>
}

type Made =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly parley: Parley }
  | { readonly status: 'failed'; readonly error: Error }

function OwnPhone({
  options,
  children,
}: {
  options?: ParleyOptions
  children: ReactNode
}): ReactElement {
  const [firstOptions] = useState(options)
  const [made, setMade] = useState<Made>({ status: 'loading' })
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    let wanted = true
    let parley: Parley | undefined
    Parley.create(firstOptions).then(
      (created) => {
        // StrictMode mounts twice; the first phone must be closed.
        if (!wanted) return created.close()
        parley = created
        setMade({ status: 'ready', parley })
      },
      (thrown: unknown) => {
        if (!wanted) return
        const error = thrown instanceof Error ? thrown : new Error(String(thrown))
        setMade({ status: 'failed', error })
      },
    )
    return () => {
      wanted = false
      parley?.close()
    }
  }, [firstOptions, attempt])

  const retry = useCallback(() => {
    setMade({ status: 'loading' })
    setAttempt((last) => last + 1)
  }, [])

  const state = useMemo<ParleyState>(
    () => (made.status === 'failed' ? { ...made, retry } : made),
    [made, retry],
  )
  return <ParleyContext value={state}>{children}</ParleyContext>
}
