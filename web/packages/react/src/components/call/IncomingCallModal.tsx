import type { CallId, CallView, MediaKind, OtherCalls, Party, Result } from '@parley/client'
import {
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from 'react'
import { createPortal, flushSync } from 'react-dom'

import { useStrings } from '../../strings/StringsContext'
import { useWebRTC } from '../../useWebRTC'
import { Avatar } from '../elements/Avatar'
import { BlockQuestion } from './BlockQuestion'
import { Button } from '../elements/Button'
import { Icon, type IconName } from '../elements/Icon'
import { hueOf, isolatedName, nameInSentence } from '../words/names'
import { PersonName } from '../elements/PersonName'
import { useStrayKeyGuard, useTypedAt } from '../elements/strayKeys'
import { useDialog } from '../elements/useDialog'
import { isHere } from '../words/wording'

type BlockCaller = (caller: Party) => Promise<Result<null>>

export type IncomingCallModalProps = {
  /**
   * Blocks the caller and resolves with the result. Then the server ends the call on this device.
   * Without it there is no button to block.
   */
  readonly onBlock?: BlockCaller | undefined
}

/** Asks whether to answer the call that rings here. Shows nothing without one. */
export function IncomingCallModal({ onBlock }: IncomingCallModalProps) {
  const { incoming, calls, answer, decline } = useWebRTC()
  const typedAt = useTypedAt('.parley-incoming')
  const block = useBlocking(onBlock)
  if (!incoming) return null
  return createPortal(
    <IncomingCall
      key={incoming.call}
      call={incoming}
      typedAt={typedAt}
      other={calls.filter((call) => isHere(call) && !call.held).at(-1)}
      onAnswer={(kind, others) => answer(incoming.call, kind, others)}
      onDecline={() => decline(incoming.call)}
      onBlock={block}
    />,
    document.body,
  )
}

/**
 * Blocks the caller. The call then closes without a message, because the person knows why it ended.
 */
function useBlocking(onBlock: BlockCaller | undefined) {
  const { calls, dismiss } = useWebRTC()
  const [blocked, setBlocked] = useState<readonly CallId[]>([])
  const over = calls.find(({ call, phase }) => phase === 'ended' && blocked.includes(call))?.call
  useLayoutEffect(() => {
    if (over !== undefined) dismiss(over)
  }, [over, dismiss])
  if (!onBlock) return undefined
  return async ({ call, peer }: CallView) => {
    setBlocked((before) => [...before, call])
    const answer = await onBlock(peer)
    if (!answer.ok) setBlocked((before) => before.filter((one) => one !== call))
    return answer
  }
}

type IncomingCallProps = {
  readonly call: CallView
  readonly typedAt: RefObject<number>
  /** The call that continues meanwhile. */
  readonly other: CallView | undefined
  readonly onAnswer: (kind: MediaKind, others: OtherCalls) => void
  readonly onDecline: () => void
  readonly onBlock: ((call: CallView) => Promise<Result<null>>) | undefined
}

function IncomingCall({ call, typedAt, other, onAnswer, onDecline, onBlock }: IncomingCallProps) {
  const { call: strings } = useStrings()
  const id = useId()
  const dialog = useRef<HTMLDivElement>(null)
  const answerButton = useRef<HTMLButtonElement>(null)
  const guard = useStrayKeyGuard(dialog, typedAt)
  const [endsOther, setEndsOther] = useState(false)
  const others: OtherCalls = endsOther ? 'end' : 'hold'
  const engaged = useDialog(dialog, {
    open: true,
    polite: true,
    initialFocus: () => answerButton.current,
    onEnter: guard.reset,
  })
  useIncomingTitle(call)

  return (
    <div className="parley-backdrop parley-incoming-backdrop">
      <div
        ref={dialog}
        className={`parley-stage parley-incoming parley-hue-${hueOf(call.peer)}`}
        role="dialog"
        aria-modal={engaged}
        aria-labelledby={`${id}-kind ${id}-name`}
        aria-describedby={other ? `${id}-note` : undefined}
        tabIndex={-1}
        onKeyDownCapture={guard.onKeyDown}
        onKeyUpCapture={guard.onKeyUp}
      >
        {!engaged && <Announcement call={call} />}
        <Avatar party={call.peer} size="large" waiting />
        <div className="parley-incoming-who">
          <h2 id={`${id}-name`} className="parley-incoming-name">
            <PersonName party={call.peer} />
          </h2>
          {call.peer.name !== call.peer.user && (
            <p className="parley-incoming-user">
              <bdi>{call.peer.user}</bdi>
            </p>
          )}
          <p id={`${id}-kind`} className="parley-incoming-kind">
            <Icon name={call.kind === 'video' ? 'video' : 'phone'} />
            <span>{strings.incoming[call.kind]}</span>
          </p>
        </div>
        {other && (
          <div className="parley-incoming-other">
            <p id={`${id}-note`}>{strings.answerHolds(isolatedName(other.peer))}</p>
            <label className="parley-check">
              <input
                type="checkbox"
                checked={endsOther}
                onChange={(event) => setEndsOther(event.target.checked)}
              />
              <span>{strings.answerEnds}</span>
            </label>
          </div>
        )}
        <div className="parley-incoming-choices">
          <Choice look="end" icon="hangUp" label={strings.decline} onPress={onDecline} />
          <Choice
            look={call.kind === 'video' ? 'go' : 'soft'}
            icon="video"
            label={strings.answerWithVideo}
            onPress={() => onAnswer('video', others)}
          />
          <Choice
            look={call.kind === 'video' ? 'soft' : 'go'}
            icon="phone"
            label={strings.answer}
            onPress={() => onAnswer('audio', others)}
            buttonRef={answerButton}
          />
        </div>
        {onBlock && <Block caller={call.peer} onBlock={() => onBlock(call)} />}
      </div>
    </div>
  )
}

type BlockProps = {
  readonly caller: Party
  readonly onBlock: () => Promise<Result<null>>
}

/** Asks for confirmation, because the button is beside Answer and Decline. */
function Block({ caller, onBlock }: BlockProps) {
  const { call: strings } = useStrings()
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  if (asking) {
    const cancel = () => {
      flushSync(() => setAsking(false))
      opener.current?.focus()
    }
    return <BlockQuestion party={caller} onBlock={onBlock} onCancel={cancel} />
  }
  return (
    <Button
      ref={opener}
      look="quiet"
      icon="block"
      label={strings.blockPerson(nameInSentence(caller))}
      onPress={() => setAsking(true)}
    >
      {strings.block}
    </Button>
  )
}

type ChoiceProps = {
  readonly look: 'go' | 'soft' | 'end'
  readonly icon: IconName
  readonly label: string
  readonly onPress: () => void
  readonly buttonRef?: React.Ref<HTMLButtonElement>
}

function Choice({ look, icon, label, onPress, buttonRef }: ChoiceProps) {
  return (
    <button
      ref={buttonRef}
      type="button"
      className={`parley-choice parley-choice-${look}`}
      onClick={onPress}
    >
      <span className="parley-choice-face">
        <Icon name={icon} />
      </span>
      <span className="parley-choice-label">{label}</span>
    </button>
  )
}

/** Announces the call to a person who types; for others the moved focus announces it. */
function Announcement({ call }: { readonly call: CallView }) {
  const { call: strings } = useStrings()
  return (
    <p className="parley-unseen" role="alert">
      {strings.incomingAnnouncement[call.kind](nameInSentence(call.peer))}
    </p>
  )
}

/** Shows the caller in the title of the page, because the tab may be in the background. */
function useIncomingTitle(call: CallView): void {
  const { call: strings, product } = useStrings()
  const title = strings.incomingTitle(nameInSentence(call.peer), product)
  const restore = useEffectEvent((before: string, ours: string) => {
    if (document.title === ours) document.title = before
  })
  useEffect(() => {
    const before = document.title
    document.title = title
    return () => restore(before, title)
  }, [title])
}
