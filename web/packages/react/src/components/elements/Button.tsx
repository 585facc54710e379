import type { ReactNode, Ref } from 'react'

import { Icon, type IconName } from './Icon'

export type ButtonProps = {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly type?: 'button' | 'submit'
  readonly icon?: IconName
  /** A longer text for screen readers. It must begin with the visible words. */
  readonly label?: string
  /** Keeps its place in the tab order but does nothing; the words stay readable. */
  readonly disabled?: boolean
  /** Shows a spinner, and does nothing meanwhile. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}
/** A button with words. `busy` and `disabled` keep it focusable. */

export function Button({
  children,
  onPress,
  look = 'plain',
  type = 'button',
  icon,
  label,
  disabled = false,
  busy = false,
  ref,
}: ButtonProps) {
  const idle = !disabled && !busy
  return (
    <button
      ref={ref}
      type={type}
      className={`parley-button parley-button-${look}`}
      aria-label={label}
      aria-disabled={!idle || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (idle) onPress?.()
        else event.preventDefault()
      }}
    >
      {busy ? <Spinner /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

export type IconButtonProps = {
  readonly icon: IconName
  readonly label: string
  /** The text of the tooltip, if it is longer than the label. */
  readonly hint?: string
  /** A key with the same action. */
  readonly shortcut?: string | undefined
  /** Whether it is on. Left out for a button that only acts. */
  readonly pressed?: boolean
  readonly onPress: () => void
  readonly disabled?: boolean
}

/** A button with an icon only. Its label is also its tooltip. */
export function IconButton({
  icon,
  label,
  hint = label,
  shortcut,
  pressed,
  onPress,
  disabled = false,
}: IconButtonProps) {
  return (
    <button
      type="button"
      className="parley-icon-button"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      aria-pressed={pressed}
      title={hint}
      aria-disabled={disabled || undefined}
      onClick={() => {
        if (!disabled) onPress()
      }}
    >
      <Icon name={icon} />
    </button>
  )
}
/** A turning circle for a button that is busy. */

export function Spinner() {
  return <span className="parley-spinner" aria-hidden="true" />
}
