import type { ErrorCode } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { Button, IconButton } from './Button'
import { Icon, type IconName } from './Icon'

export type ProblemProps = {
  readonly error: ErrorCode
  /** The next step, if the catalogue's does not fit. */
  readonly detail?: string | undefined
  /** `alert` is announced at once, `quiet` only when the person reaches it. */
  readonly announce?: 'alert' | 'quiet'
  readonly tone?: 'note' | 'danger'
  readonly retryLabel?: string
  readonly onRetry?: (() => void) | undefined
  readonly onHide?: (() => void) | undefined
}

/** An error and its next step, in the words of the error catalogue. */
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

/** Why a request of the person failed. Nothing repeats the request by itself. */
export function RequestProblem({ error, announce = 'alert' }: RequestProblemProps) {
  const { app } = useStrings()
  const detail = error === 'server/unreachable' ? app.unreachableDetail : undefined
  return <Problem error={error} detail={detail} tone="danger" announce={announce} />
}

export type NoteProps = {
  readonly icon: IconName
  readonly title: string
  readonly detail?: string | undefined
  /** `good` is for success. */
  readonly tone?: 'note' | 'danger' | 'good'
  readonly announce?: 'alert' | 'quiet'
  readonly retryLabel?: string | undefined
  readonly onRetry?: (() => void) | undefined
  /** The words of the button that closes the note; without them it shows a cross. */
  readonly hideLabel?: string
  readonly onHide?: (() => void) | undefined
}

/** A note: a sentence, a next step, and at most one button. */
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
