import { useId, type ReactNode, type RefObject } from 'react'

export type SectionProps = {
  readonly title: string
  /** What it means, below the title. */
  readonly hint?: string
  /** Gets the keyboard when what had it is gone. */
  readonly titleRef?: RefObject<HTMLHeadingElement | null>
  readonly children: ReactNode
}

/** A part of the account's page: what it is about, and what there is to see or do. */
export function Section({ title, hint, titleRef, children }: SectionProps) {
  const id = useId()
  return (
    <section className="account-section" aria-labelledby={id}>
      <div className="account-head">
        <h2 ref={titleRef} id={id} tabIndex={titleRef && -1}>
          {title}
        </h2>
        {hint !== undefined && <p className="account-hint">{hint}</p>}
      </div>
      {children}
    </section>
  )
}
