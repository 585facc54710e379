import { ActiveCallModal, type ActiveCallModalProps } from './ActiveCallModal'
import { ElsewhereCall } from './ElsewhereCall'
import { IncomingCallModal, type IncomingCallModalProps } from './IncomingCallModal'

export type CallModalsProps = ActiveCallModalProps & IncomingCallModalProps

/**
 * Shows every call of the phone: ringing, active, and on another device. Render it once, anywhere
 * inside the provider.
 *
 * @example
 * <ParleyProvider>
 *   <App />
 *   <CallModals onRate={(call, rating) => void accounts.rateCall(token, call, rating)} />
 * </ParleyProvider>
 */
export function CallModals({ onBlock, ...props }: CallModalsProps) {
  return (
    <>
      <ElsewhereCall />
      <ActiveCallModal {...props} />
      <IncomingCallModal onBlock={onBlock} />
    </>
  )
}
