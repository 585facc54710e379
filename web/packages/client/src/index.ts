// The public interface of the package.
export { createAccounts } from './accounts'
export type {
  Account,
  Accounts,
  AccountSettings,
  CallHistory,
  CallRating,
  CallRecord,
  Invitation,
  ListedPerson,
  NewInvitation,
  Refusal,
  Result,
  FirstAccount,
  ServerInfo,
  SignInRecord,
  SignUpPolicy,
  WhoMayCall,
} from './accounts'
export { deviceKinds, noDevices } from './media/devices'
export type { CaptureKind, Device, DeviceKind, DeviceList, Devices, Opened } from './media/devices'
export { userId } from './ids'
export { createNotifier, pageNotifier } from './page/notifier'
export type {
  CallNotification,
  NotificationAction,
  NotificationState,
  Notifier,
} from './page/notifier'
export { initialSnapshot, initialView, Parley } from './phone'
export { renderTone, TONE_SAMPLE_RATE } from './media/tones'
export type { LogLine, ParleyOptions, Resources, Snapshot } from './phone'
export { errors } from './generated/errors'
export type { ErrorClass, ErrorCode, ErrorInfo, Retry } from './generated/errors'
export type {
  CallView,
  FlowView,
  LogLevel,
  MediaRequestId,
  OtherCalls,
  PeerConnectionId,
  Phase,
  PresenceView,
  Proof,
  QualityCause,
  QualityLevel,
  QualitySide,
  QualityView,
  SessionPhase,
  SoundHint,
  SourceKind,
  SourceView,
  Tone,
  View,
} from './generated/phone'
export { limits } from './generated/wire'
export type {
  CallId,
  DeviceId,
  Direction,
  EndReason,
  LegStatus,
  MediaKind,
  Party,
  PeerDevice,
  SourceState,
  UserId,
} from './generated/wire'
