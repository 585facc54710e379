import type { Party } from '@parley/client'
import { useRef } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { Icon } from './Icon'
import { hueOf, initials } from '../words/names'
import { useWaves } from './useWaves'

export type AvatarProps = {
  readonly party: Party
  readonly size?: 'small' | 'medium' | 'large'
  /** Shows moving rings while the person waits for an answer. */
  readonly waiting?: boolean
}

/**
 * A picture for a person without a camera picture. It is decoration: the name must be written
 * beside it.
 */
export function Avatar({ party, size = 'medium', waiting = false }: AvatarProps) {
  const { locale } = useStrings()
  const face = useRef<HTMLSpanElement>(null)
  useWaves(face, waiting)
  const letters = initials(party, locale)
  const classes = ['parley-avatar', `parley-avatar-${size}`, `parley-hue-${hueOf(party)}`]
  if (waiting) classes.push('parley-avatar-waiting')
  return (
    <span ref={face} className={classes.join(' ')} aria-hidden="true" translate="no">
      {letters === '' ? <Icon name="person" /> : <span>{letters}</span>}
    </span>
  )
}
