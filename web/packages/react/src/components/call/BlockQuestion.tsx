import type { ErrorCode, Party, Result } from '@parley/client'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { Button } from '../elements/Button'
import { isolatedName, nameInSentence } from '../words/names'
import { RequestProblem } from '../elements/Problem'

export type BlockQuestionProps = {
  readonly party: Party
  readonly onBlock: () => Promise<Result<null>>
  readonly onCancel: () => void
}

/**
 * Explains what blocking a person means, asks for confirmation, and shows why a request failed.
 * After success the caller removes it.
 */
export function BlockQuestion({ party, onBlock, onCancel }: BlockQuestionProps) {
  const { call: strings } = useStrings()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ErrorCode>()
  const id = useId()
  const cancel = useRef<HTMLButtonElement>(null)

  // The focus is on Cancel, so a key that is pressed twice does not block.
  useEffect(() => cancel.current?.focus(), [])

  const block = async () => {
    setBusy(true)
    setProblem(undefined)
    const answer = await onBlock()
    if (!('error' in answer)) return
    setBusy(false)
    setProblem(answer.error)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    onCancel()
  }

  return (
    <div
      className="parley-block-question"
      role="group"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-hint`}
      onKeyDown={onKeyDown}
    >
      <div className="parley-block-words">
        <p id={`${id}-title`} className="parley-block-title">
          {strings.blockQuestion(isolatedName(party))}
        </p>
        <p id={`${id}-hint`} className="parley-block-hint">
          {strings.blockHint}
        </p>
      </div>
      {problem !== undefined && <RequestProblem error={problem} />}
      <div className="parley-block-actions">
        <Button ref={cancel} onPress={onCancel}>
          {strings.keep}
        </Button>
        <Button
          look="danger"
          label={strings.blockPerson(nameInSentence(party))}
          busy={busy}
          onPress={() => void block()}
        >
          {strings.block}
        </Button>
      </div>
    </div>
  )
}
