import type { ErrorCode } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { Button, IconButton } from './Button'
import { Icon, type IconName } from './Icon'

export type ProblemProps = {
  readonly error: ErrorCode
  /** The next step, where the catalogue's does not fit. */
  readonly detail?: string | undefined
  /** `alert` is read out at once, `quiet` when the person gets there. */
  readonly announce?: 'alert' | 'quiet'
  readonly tone?: 'note' | 'danger'
  readonly retryLabel?: string
  readonly onRetry?: (() => void) | undefined
  readonly onHide?: (() => void) | undefined
}

/** What went wrong and what to do about it, in the words of the error catalogue. */
export function Problem({
  error,
  detail,
  announce = 'quiet',
  tone = 'note',
  ...actions
}: ProblemProps) {
  const { errors } = useStrings()
  const { sentence, nextStep } = errors[error]
  return (
    <Note
      icon={tone === 'danger' ? 'alert' : 'info'}
      tone={tone}
      announce={announce}
      title={sentence}
      detail={detail ?? nextStep}
      {...actions}
    />
  )
}

export type RequestProblemProps = {
  readonly error: ErrorCode
  readonly announce?: 'alert' | 'quiet'
}

/** Why something that a person asked for was not done. Nobody but they will ask again. */
export function RequestProblem({ error, announce = 'alert' }: RequestProblemProps) {
  const { app } = useStrings()
  const detail = error === 'server/unreachable' ? app.unreachableDetail : undefined
  return <Problem error={error} detail={detail} tone="danger" announce={announce} />
}

export type NoteProps = {
  readonly icon: IconName
  readonly title: string
  readonly detail?: string | undefined
  /** `good` is for what worked. */
  readonly tone?: 'note' | 'danger' | 'good'
  readonly announce?: 'alert' | 'quiet'
  readonly retryLabel?: string | undefined
  readonly onRetry?: (() => void) | undefined
  /** What the button to put it away says; a cross if nothing does. */
  readonly hideLabel?: string
  readonly onHide?: (() => void) | undefined
}

/** A sentence, what to do about it, and at most one button to do it with. */
export function Note({
  icon,
  title,
  detail,
  tone = 'note',
  announce = 'quiet',
  retryLabel,
  onRetry,
  hideLabel,
  onHide,
}: NoteProps) {
  const { call } = useStrings()
  return (
    <div
      className={`parley-note parley-note-${tone}`}
      role={announce === 'alert' ? 'alert' : undefined}
    >
      <Icon name={icon} />
      <div className="parley-note-body">
        <p className="parley-note-text">
          <strong>{title}</strong>
          {detail !== undefined && <span>{` ${detail}`}</span>}
        </p>
        {onRetry !== undefined && <Button onPress={onRetry}>{retryLabel ?? call.tryAgain}</Button>}
        {onHide !== undefined && hideLabel !== undefined && (
          <Button look="quiet" onPress={onHide}>
            {hideLabel}
          </Button>
        )}
      </div>
      {onHide !== undefined && hideLabel === undefined && (
        <IconButton icon="close" label={call.hideNote} onPress={onHide} />
      )}
    </div>
  )
}
