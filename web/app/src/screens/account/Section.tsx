import { useId, type ReactNode, type RefObject } from 'react'

export type SectionProps = {
  readonly title: string
  /** An explanation below the title. */
  readonly hint?: string
  /** Gets the focus when the focused element is removed. */
  readonly titleRef?: RefObject<HTMLHeadingElement | null>
  readonly children: ReactNode
}

/** A section of the account page. */
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
