import { useId, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'

import { Icon, type IconName } from './Icon'
import { MenuContext, useMenuContext, usePopup } from './usePopup'

export type MenuButtonProps = {
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
  readonly label: string
  /** The text of the tooltip, if it is longer than the label. */
  readonly hint?: string
  readonly className: string
  /** The content of the button. */
  readonly face: ReactNode
  /**
   * For a page around calls: the menu lies over the page and is not clipped by the button's
   * surroundings.
   */
  readonly overPage?: boolean
  readonly buttonRef?: RefObject<HTMLButtonElement | null>
  /** The entries. */
  readonly children: ReactNode
}

/**
 * A button with a menu. Arrow keys and letters move in it; Escape and a click elsewhere close it.
 */
export function MenuButton({
  open,
  onOpen,
  label,
  hint = label,
  className,
  face,
  overPage = false,
  buttonRef,
  children,
}: MenuButtonProps) {
  const id = useId()
  const ownRef = useRef<HTMLButtonElement>(null)
  const button = buttonRef ?? ownRef
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={hint}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => onOpen(!open)}
        onKeyDown={(event) => {
          if (open || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
          event.preventDefault()
          onOpen(true)
        }}
      >
        {face}
      </button>
      {open && (
        <Popup id={id} label={label} {...{ button, overPage }} onClose={() => onOpen(false)}>
          {children}
        </Popup>
      )}
    </>
  )
}

type PopupProps = {
  readonly id: string
  readonly label: string
  readonly button: RefObject<HTMLButtonElement | null>
  readonly overPage: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

function Popup({ id, label, button, overPage, onClose, children }: PopupProps) {
  const menu = useRef<HTMLDivElement>(null)
  const align = overPage ? 'end' : 'centre'
  // A layout effect, so that the menu is placed before it takes the focus.
  useLayoutEffect(() => {
    if (!overPage || !menu.current || !('showPopover' in menu.current)) return
    menu.current.popover = 'manual'
    menu.current.showPopover()
  }, [overPage])
  const { close, onKeyDown } = usePopup({ menu, button, align, onClose })
  return (
    <div
      ref={menu}
      id={id}
      className={overPage ? 'parley-menu parley-menu-over-page' : 'parley-menu'}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <MenuContext value={close}>{children}</MenuContext>
    </div>
  )
}

export type MenuGroupProps = { readonly label: string; readonly children: ReactNode }

export function MenuGroup({ label, children }: MenuGroupProps) {
  return (
    <div className="parley-menu-group" role="group" aria-label={label}>
      <div className="parley-menu-heading" aria-hidden="true">
        {label}
      </div>
      {children}
    </div>
  )
}

export type MenuEntryProps = {
  readonly label: string
  readonly detail?: string | undefined
  readonly icon?: IconName
  /** Whether it is chosen. Left out for an entry that only acts. */
  readonly checked?: boolean
  /** `radio`: one of a group is chosen. `checkbox`: each entry is chosen by itself. */
  readonly kind?: 'radio' | 'checkbox'
  readonly shortcut?: string | undefined
  readonly disabled?: boolean
  readonly onPress?: () => void
}

/** One entry of a menu. The menu closes when it is pressed. */
export function MenuEntry({
  label,
  detail,
  icon,
  checked,
  kind = 'radio',
  shortcut,
  disabled = false,
  onPress,
}: MenuEntryProps) {
  const close = useMenuContext()
  const role = checked === undefined ? 'menuitem' : (`menuitem${kind}` as const)
  return (
    <button
      type="button"
      className="parley-menu-entry"
      role={role}
      aria-checked={checked}
      aria-disabled={disabled || undefined}
      aria-keyshortcuts={shortcut}
      tabIndex={-1}
      onClick={() => {
        if (disabled) return
        close()
        onPress?.()
      }}
    >
      <span className="parley-menu-mark">
        {checked === true && kind === 'radio' && <Icon name="check" />}
        {icon !== undefined && <Icon name={icon} />}
      </span>
      <span className="parley-menu-words">
        <span className="parley-menu-label">{label}</span>
        {detail !== undefined && <span className="parley-menu-detail">{detail}</span>}
      </span>
    </button>
  )
}
