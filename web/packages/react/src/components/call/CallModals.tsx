import { ActiveCallModal, type ActiveCallModalProps } from './ActiveCallModal'
import { ElsewhereCall } from './ElsewhereCall'
import { IncomingCallModal, type IncomingCallModalProps } from './IncomingCallModal'

export type CallModalsProps = ActiveCallModalProps & IncomingCallModalProps

/** Everything a call needs to be seen. Put it once, anywhere inside the provider. */
export function CallModals({ onBlock, ...props }: CallModalsProps) {
  return (
    <>
      <ElsewhereCall />
      <ActiveCallModal {...props} />
      <IncomingCallModal onBlock={onBlock} />
    </>
  )
}
