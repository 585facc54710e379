import type { CallView } from '@parley/client'

import { useStrings } from '../../strings/StringsContext'
import { Avatar } from '../elements/Avatar'
import { Button, IconButton } from '../elements/Button'
import { nameInSentence } from '../words/names'
import { PersonName } from '../elements/PersonName'
import { statusText } from '../words/wording'

export type OtherCallsProps = {
  readonly calls: readonly CallView[]
  readonly onSwitch: (call: CallView) => void
  readonly onHangUp: (call: CallView) => void
}

/** The calls that are not in front, with buttons to switch to them and to end them. */
export function OtherCalls({ calls, onSwitch, onHangUp }: OtherCallsProps) {
  const { call: strings } = useStrings()
  if (calls.length === 0) return null
  return (
    <ul className="parley-others" aria-label={strings.otherCalls}>
      {calls.map((call) => {
        const name = nameInSentence(call.peer)
        return (
          <li key={call.call} className="parley-other">
            <Avatar party={call.peer} size="small" />
            <span className="parley-other-words">
              <PersonName party={call.peer} />
              <span className="parley-other-status">{statusText(call, strings)}</span>
            </span>
            <Button label={strings.switchToName(name)} onPress={() => onSwitch(call)}>
              {strings.switchTo}
            </Button>
            <IconButton
              icon="hangUp"
              label={strings.hangUpName(name)}
              onPress={() => onHangUp(call)}
            />
          </li>
        )
      })}
    </ul>
  )
}
