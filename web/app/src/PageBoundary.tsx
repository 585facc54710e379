import { Note, useStrings } from '@parley/react'
import { Component, type ReactNode } from 'react'

type PageBoundaryProps = { readonly children: ReactNode }
type PageBoundaryState = { readonly broken: boolean }

/** Catches the errors of a page, so that they do not end a call. */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  static getDerivedStateFromError(): PageBoundaryState {
    return { broken: true }
  }

  override state: PageBoundaryState = { broken: false }

  override render() {
    if (!this.state.broken) return this.props.children
    return <BrokenPage onRetry={() => this.setState({ broken: false })} />
  }
}

function BrokenPage({ onRetry }: { readonly onRetry: () => void }) {
  const { app } = useStrings()
  return (
    <Note
      icon="alert"
      tone="danger"
      announce="alert"
      title={app.pageCrashed}
      detail={app.pageCrashedDetail}
      onRetry={onRetry}
    />
  )
}
