import { Button, useStrings } from '@parley/react'
import { Component, type ReactNode } from 'react'

import { Mark } from './Brand'

export type CrashScreenProps = {
  readonly title: string
  readonly detail: string
  readonly error?: Error
  readonly actionLabel: string
  readonly onAction: () => void
}

/** The page after a fatal error: what happened, and a button to continue. */
export function CrashScreen({ title, detail, error, actionLabel, onAction }: CrashScreenProps) {
  const { app } = useStrings()
  return (
    <main className="crash">
      <Mark />
      <div role="alert">
        <h1>{title}</h1>
        <p>{detail}</p>
      </div>
      <Button look="primary" icon="retry" onPress={onAction}>
        {actionLabel}
      </Button>
      {error && (
        <details>
          <summary>{app.details}</summary>
          <pre translate="no">{`${error.name}: ${error.message}`}</pre>
        </details>
      )}
    </main>
  )
}

export function BrokenScreen({ error }: { readonly error: Error }) {
  const { app } = useStrings()
  return (
    <CrashScreen
      title={app.crashed}
      detail={app.crashedDetail}
      error={error}
      actionLabel={app.reload}
      onAction={() => location.reload()}
    />
  )
}

type CrashBoundaryProps = { readonly children: ReactNode }
type CrashBoundaryState = { readonly error: Error | null }

/** Catches errors of components, so that the page is never empty. */
export class CrashBoundary extends Component<CrashBoundaryProps, CrashBoundaryState> {
  static getDerivedStateFromError(thrown: unknown): CrashBoundaryState {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  override state: CrashBoundaryState = { error: null }

  override render() {
    const { error } = this.state
    return error ? <BrokenScreen error={error} /> : this.props.children
  }
}
