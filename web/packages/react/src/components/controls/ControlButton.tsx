import { Spinner } from '../elements/Button'
import { Icon, type IconName } from '../elements/Icon'

export type ControlButtonProps = {
  readonly icon: IconName
  readonly label: string
  /** The text of the tooltip. */
  readonly hint?: string | undefined
  readonly shortcut?: string | undefined
  /** `off` and `active` stand out. */
  readonly look: 'on' | 'off' | 'active' | 'end'
  /** Whether it is on. Left out for a button that only acts. */
  readonly pressed?: boolean | undefined
  readonly busy?: boolean
  /** Keeps its place, and does nothing. */
  readonly disabled?: boolean
  /** The source has a problem; a note explains it. */
  readonly marked?: boolean
  readonly onPress: () => void
}

/** A round button of a call, with its name below. */
export function ControlButton({
  icon,
  label,
  hint,
  shortcut,
  look,
  pressed,
  busy = false,
  disabled = false,
  marked = false,
  onPress,
}: ControlButtonProps) {
  return (
    <button
      type="button"
      className={`parley-control parley-control-${look}`}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      aria-disabled={disabled || undefined}
      aria-keyshortcuts={shortcut}
      title={hint}
      onClick={() => {
        if (!disabled) onPress()
      }}
    >
      <span className="parley-control-face">
        {busy ? <Spinner /> : <Icon name={icon} />}
        {marked && <span className="parley-control-badge" aria-hidden="true" />}
      </span>
      <span className="parley-control-label">{label}</span>
    </button>
  )
}
