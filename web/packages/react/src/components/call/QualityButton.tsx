import type { QualityView } from '@parley/client'
import { useId, useRef, useState, type RefObject } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { usePopup } from '../elements/usePopup'
import { QualityBars } from './QualityBars'
import { QualityPanel } from './QualityPanel'

export type QualityButtonProps = {
  readonly quality: QualityView | undefined
  /** The measurements of the last minute. */
  readonly trend: readonly QualityView[]
}

/** Bars that show how good the call is. Pressing them opens the measurements. */
export function QualityButton({ quality, trend }: QualityButtonProps) {
  const { quality: words } = useStrings().call
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  if (!quality) return null
  const label = words.label(words.levels[quality.level])
  return (
    <>
      <button
        ref={button}
        type="button"
        className="parley-icon-button parley-quality-button"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <QualityBars level={quality.level} />
      </button>
      {open && <Popup {...{ id, button, label, quality, trend }} onClose={() => setOpen(false)} />}
    </>
  )
}

type PopupProps = {
  readonly id: string
  readonly button: RefObject<HTMLButtonElement | null>
  readonly label: string
  readonly quality: QualityView
  readonly trend: readonly QualityView[]
  readonly onClose: () => void
}

function Popup({ id, button, label, quality, trend, onClose }: PopupProps) {
  const menu = useRef<HTMLDivElement>(null)
  const { onKeyDown } = usePopup({ menu, button, align: 'end', onClose })
  return (
    <div
      ref={menu}
      id={id}
      className="parley-menu parley-quality"
      role="dialog"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <QualityPanel quality={quality} trend={trend} />
    </div>
  )
}
