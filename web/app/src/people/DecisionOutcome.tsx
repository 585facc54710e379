import { BlockQuestion, RequestProblem, nameInSentence, useStrings } from '@parley/react'

import type { Decisions } from './useDecisions'

/** The question before a decision and its result, below the buttons. */
export function DecisionOutcome({ decisions }: { readonly decisions: Decisions }) {
  const { app } = useStrings()
  const { party, asking, done, problem, cancel, decide } = decisions
  return (
    <>
      <p className="parley-unseen" role="status">
        {done && app.contacts.done[done](nameInSentence(party))}
      </p>
      {asking && (
        <div className="decision">
          <BlockQuestion party={party} onBlock={() => decide('block')} onCancel={cancel} />
        </div>
      )}
      {problem !== undefined && (
        <div className="decision">
          <RequestProblem error={problem} />
        </div>
      )}
    </>
  )
}
