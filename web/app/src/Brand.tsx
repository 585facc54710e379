import { useStrings } from '@parley/react'

export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="2.25" strokeLinejoin="round">
        <path d="M12.5 5.75a8.25 8.25 0 1 1-3.9 15.52l-3.85 1.1 1.1-3.8A8.25 8.25 0 0 1 12.5 5.75Z" />
        <path d="M19.5 9.75a8.25 8.25 0 1 0 3.9 15.52l3.85 1.1-1.1-3.8A8.25 8.25 0 0 0 19.5 9.75Z" />
      </g>
    </svg>
  )
}

export function Brand() {
  const { product } = useStrings()
  return (
    <span className="brand" translate="no">
      <Mark />
      <span>{product}</span>
    </span>
  )
}
