// What an app draws calls with. Unstyled without styles/parley.css: class names are the interface.
export { ActiveCallModal, type ActiveCallModalProps } from './ActiveCallModal'
export { Avatar, type AvatarProps } from './Avatar'
export { BlockQuestion, type BlockQuestionProps } from './BlockQuestion'
export { Button, IconButton, Spinner, type ButtonProps, type IconButtonProps } from './Button'
export { CallButton, type CallButtonProps } from './CallButton'
export { CallControls, type CallControlsProps, type ControlMenu } from './CallControls'
export { CallModals } from './CallModals'
export { CallRating, type CallRatingProps, type Rating } from './CallRating'
export { tidyLabel } from './deviceNames'
export { DurationText, type DurationTextProps } from './DurationText'
export { clockText, machineText, shortText, spokenText } from './durations'
export { ElsewhereCall } from './ElsewhereCall'
export { Icon, iconNames, type IconName, type IconProps } from './Icon'
export { IncomingCallModal, type IncomingCallModalProps } from './IncomingCallModal'
export { MenuButton, MenuEntry, type MenuButtonProps, type MenuEntryProps } from './Menu'
export { displayName, hueOf, initials, isolatedName, nameInSentence } from './names'
export { OtherCalls, type OtherCallsProps } from './OtherCalls'
export { PeerStatus } from './PeerStatus'
export { PersonName } from './PersonName'
export { Note, Problem, RequestProblem, type NoteProps, type ProblemProps } from './Problem'
export { SaveTraceButton } from './SaveTraceButton'
export { SelfPicture, type SelfPictureProps } from './SelfPicture'
export { StatusLine } from './StatusLine'
export { endingOf, statusText, worthCallingAgain } from './wording'
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
