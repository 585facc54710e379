import { Icon, type IconName } from '@parley/react'

export type EmptyProps = {
  readonly icon: IconName
  readonly title: string
  readonly detail: string
}

/** Shows that a list is empty and that this is no error. */
export function Empty({ icon, title, detail }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      <p>{detail}</p>
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
