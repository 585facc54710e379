import { Icon, type IconName } from '@parley/react'
import type { ReactNode } from 'react'

export type EmptyProps = {
  readonly icon: IconName
  readonly title: string
  readonly detail: string
  /** What a person can do about it. */
  readonly children?: ReactNode
}

/** Shows that a list is empty and that this is no error. */
export function Empty({ icon, title, detail, children }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      <p>{detail}</p>
      {children}
    </div>
  )
}

/** A placeholder while a list loads. The words for it are announced elsewhere, once. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div className="list skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="row">
          <span className="skeleton-face" />
          <span className="skeleton-lines">
            <span className="skeleton-line" />
            <span className="skeleton-line" />
          </span>
        </div>
      ))}
    </div>
  )
}
