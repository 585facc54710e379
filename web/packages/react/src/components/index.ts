// The components of a call. Without styles/parley.css they are unstyled; class names are the
// interface.
export { ActiveCallModal, type ActiveCallModalProps } from './call/ActiveCallModal'
export { Avatar, type AvatarProps } from './elements/Avatar'
export { BlockQuestion, type BlockQuestionProps } from './call/BlockQuestion'
export {
  Button,
  IconButton,
  Spinner,
  type ButtonProps,
  type IconButtonProps,
} from './elements/Button'
export { CallButton, type CallButtonProps } from './call/CallButton'
export { CallControls, type CallControlsProps, type ControlMenu } from './controls/CallControls'
export { CallModals } from './call/CallModals'
export { CallRating, type CallRatingProps, type Rating } from './call/CallRating'
export { tidyLabel } from './words/deviceNames'
export { DurationText, type DurationTextProps } from './elements/DurationText'
export { clockText, machineText, shortText, spokenText } from './words/durations'
export { ElsewhereCall } from './call/ElsewhereCall'
export { Icon, iconNames, type IconName, type IconProps } from './elements/Icon'
export { IncomingCallModal, type IncomingCallModalProps } from './call/IncomingCallModal'
export { MenuButton, MenuEntry, type MenuButtonProps, type MenuEntryProps } from './elements/Menu'
export { displayName, hueOf, initials, isolatedName, nameInSentence } from './words/names'
export { OtherCalls, type OtherCallsProps } from './call/OtherCalls'
export { PeerStatus } from './call/PeerStatus'
export { PersonName } from './elements/PersonName'
export {
  Note,
  Problem,
  RequestProblem,
  type NoteProps,
  type ProblemProps,
} from './elements/Problem'
export { SaveTraceButton } from './call/SaveTraceButton'
export { SelfPicture, type SelfPictureProps } from './call/SelfPicture'
export { StatusLine } from './elements/StatusLine'
export { endingOf, statusText, worthCallingAgain } from './words/wording'
export { en } from '../strings/en'
export {
  languageNames,
  languages,
  loadStrings,
  preferredLanguage,
  type Language,
} from '../strings/languages'
export { numberText, regional } from '../strings/regional'
export type { AppStrings, CallStrings, Ending, HistoryFilter, Strings } from '../strings/types'
export { StringsContext, useStrings } from '../strings/StringsContext'
