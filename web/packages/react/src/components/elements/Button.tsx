import type { ReactNode, Ref } from 'react'

import { Icon, type IconName } from './Icon'

export type ButtonProps = {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly type?: 'button' | 'submit'
  readonly icon?: IconName
  /** Says more than the words on it, to those who hear it by itself. Begins with them. */
  readonly label?: string
  /** Keeps its place in the tab order but does nothing; the words stay readable. */
  readonly disabled?: boolean
  /** Shows that it is at work, and does nothing meanwhile. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

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
  /** What the tooltip says, where it says more than the label. */
  readonly hint?: string
  /** A key that does the same. */
  readonly shortcut?: string | undefined
  /** Left out for what only happens. */
  readonly pressed?: boolean
  readonly onPress: () => void
  readonly disabled?: boolean
}

/** A button that is only a picture, for what everybody knows; its label is also its tooltip. */
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

export function Spinner() {
  return <span className="parley-spinner" aria-hidden="true" />
}
