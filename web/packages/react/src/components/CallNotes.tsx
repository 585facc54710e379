import { errors, type CallView, type SessionPhase } from '@parley/client'

import { useStrings } from '../strings/StringsContext'
import { Note, Problem } from './Problem'
import { deviceProblems } from './wording'

export type Source = 'microphone' | 'camera'

export type CallNotesProps = {
  readonly call: CallView
  readonly session: SessionPhase
  readonly soundBlocked: boolean
  /** What the person has read and put away. */
  readonly hidden: ReadonlySet<Source>
  readonly onAllowSound: () => void
  readonly onRetry: (source: Source) => void
  readonly onHide: (source: Source) => void
}

/** What is not as it should be, calmly, with what can be done about it. Read out when it appears. */
export function CallNotes({
  call,
  session,
  soundBlocked,
  hidden,
  onAllowSound,
  onRetry,
  onHide,
}: CallNotesProps) {
  const { call: strings } = useStrings()
  return (
    <div className="parley-notes" role="status" aria-atomic="false">
      {soundBlocked && (
        <Note
          icon="speaker"
          title={strings.soundBlocked}
          retryLabel={strings.allowSound}
          onRetry={onAllowSound}
        />
      )}
      {session === 'reconnecting' && (
        <Note
          icon="offline"
          title={strings.sessionReconnecting}
          detail={strings.sessionReconnectingDetail}
        />
      )}
      {deviceProblems(call).map(
        ({ source, error }) =>
          !hidden.has(source) && (
            <Problem
              key={source}
              error={error}
              onRetry={errors[error].retry === 'never' ? undefined : () => onRetry(source)}
              onHide={() => onHide(source)}
            />
          ),
      )}
    </div>
  )
}
