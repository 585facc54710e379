import { ActiveCallModal, type ActiveCallModalProps } from './ActiveCallModal'
import { ElsewhereCall } from './ElsewhereCall'
import { IncomingCallModal } from './IncomingCallModal'

/** Everything a call needs to be seen. Put it once, anywhere inside the provider. */
export function CallModals(props: ActiveCallModalProps) {
  return (
    <>
      <ElsewhereCall />
      <ActiveCallModal {...props} />
      <IncomingCallModal />
    </>
  )
}
