// What a catalogue holds: every sentence a person reads in Parley's interface.
import type { Direction, EndReason, ErrorCode, MediaKind } from '@parley/client'

/** What went wrong, and what a person can do about it. */
export type ErrorText = { readonly sentence: string; readonly nextStep: string }

/** A text that has a number in it. */
export type Counted = (count: number) => string

/** What an ending is called, and what may be said about it beyond that. */
export type Ending = { readonly title: string; readonly detail?: string }

export type Strings = {
  /** For dates, numbers, plurals and the case of initials. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  readonly product: string
  readonly call: CallStrings
  readonly app: AppStrings
  /** One text for every failure there is: a new one does not build until each language names it. */
  readonly errors: Readonly<Record<ErrorCode, ErrorText>>
}

export type CallStrings = {
  readonly kind: Readonly<Record<MediaKind, string>>
  readonly dial: Readonly<Record<MediaKind, (name: string) => string>>
  readonly dialShort: Readonly<Record<MediaKind, string>>
  readonly incoming: Readonly<Record<MediaKind, string>>
  readonly incomingAnnouncement: Readonly<Record<MediaKind, (name: string) => string>>
  readonly incomingTitle: (name: string, product: string) => string
  readonly answerHolds: (name: string) => string
  readonly answerEnds: string
  readonly answer: string
  readonly answerWithVideo: string
  readonly decline: string
  readonly callWith: (name: string) => string
  readonly calling: string
  readonly ringing: string
  readonly ringingOn: Counted
  readonly waiting: string
  readonly connecting: string
  readonly connected: string
  readonly reconnecting: string
  readonly onHold: string
  readonly heldByPeer: string
  readonly elsewhere: string
  readonly takeOver: string
  readonly switchTo: string
  readonly switchToName: (name: string) => string
  readonly hangUpName: (name: string) => string
  readonly otherCalls: string
  readonly duration: string
  readonly controls: string
  readonly microphone: string
  readonly microphoneHint: Readonly<Record<'on' | 'off', string>>
  readonly camera: string
  readonly cameraHint: Readonly<Record<'on' | 'off', string>>
  readonly opening: string
  readonly hold: string
  readonly holdHint: Readonly<Record<'on' | 'off', string>>
  readonly resume: string
  readonly hangUp: string
  readonly minimise: string
  readonly minimiseHint: string
  readonly maximise: string
  readonly ownPicture: string
  readonly ownMicrophoneOff: string
  readonly peerMuted: string
  readonly peerMicrophoneUnavailable: string
  readonly peerCameraOff: string
  readonly peerCameraUnavailable: string
  readonly peerDevice: Readonly<Record<'lost' | 'reloading', string>>
  readonly soundBlocked: string
  readonly allowSound: string
  readonly sessionReconnecting: string
  readonly sessionReconnectingDetail: string
  readonly tryAgain: string
  readonly callAgain: string
  readonly callBack: string
  readonly close: string
  readonly saveTrace: string
  readonly hideNote: string
  readonly talkedFor: (duration: string) => string
  readonly ended: Readonly<Record<EndReason, Readonly<Record<Direction, Ending>>>>
  readonly secondsShort: Counted
  readonly minutesShort: Counted
  readonly hoursShort: Counted
  readonly seconds: Counted
  readonly minutes: Counted
  readonly hours: Counted
  /** Between hours, minutes and seconds that are spoken. */
  readonly durationJoint: string
}

export type AppStrings = {
  readonly tagline: string
  readonly promise: string
  readonly skipToContent: string
  readonly navigation: string
  readonly people: string
  readonly history: string
  readonly settings: string
  readonly settingsFor: (name: string) => string
  readonly signedInAs: string
  readonly theme: string
  readonly themes: Readonly<Record<'system' | 'light' | 'dark', string>>
  readonly language: string
  readonly languageOfBrowser: (language: string) => string
  readonly callWaiting: string
  readonly callWaitingHint: string
  readonly signOut: string
  readonly signIn: string
  readonly signInLead: string
  readonly signingIn: string
  readonly signUp: string
  readonly signUpLead: string
  readonly signingUp: string
  readonly toSignUp: string
  readonly toSignUpLink: string
  readonly toSignIn: string
  readonly toSignInLink: string
  readonly signUpClosed: string
  readonly user: string
  readonly userHint: string
  readonly name: string
  readonly nameHint: string
  readonly password: string
  readonly passwordHint: string
  readonly showPassword: string
  readonly hidePassword: string
  readonly invitation: string
  readonly invitationHint: string
  readonly required: string
  readonly unreachableDetail: string
  readonly online: string
  readonly offline: string
  readonly presenceUnknown: string
  readonly sessionConnecting: string
  readonly sessionReconnecting: string
  readonly sessionCallsGoOn: string
  readonly useThisTab: string
  readonly searchPeople: string
  readonly clearSearch: string
  readonly loadingPeople: string
  readonly peopleFound: Counted
  readonly morePeople: string
  readonly nobodyYet: string
  readonly nobodyYetDetail: string
  readonly nobodyFound: string
  readonly nobodyFoundDetail: string
  readonly loadingHistory: string
  readonly noCalls: string
  readonly noCallsDetail: string
  readonly earlierCalls: string
  readonly loadingEarlierCalls: string
  readonly historyEnd: string
  readonly today: string
  readonly yesterday: string
  readonly outcome: Readonly<Record<EndReason, Readonly<Record<Direction, string>>>>
  readonly historyFilter: string
  readonly historyFilters: Readonly<Record<HistoryFilter, string>>
  readonly missedCalls: Counted
  readonly noneOf: Readonly<Record<Exclude<HistoryFilter, 'all'>, Ending>>
  readonly noneSoFar: string
  readonly noneSoFarDetail: string
  readonly detailsOf: (name: string) => string
  readonly record: RecordStrings
  readonly notifications: NotificationStrings
  readonly devices: DeviceStrings
  readonly tryAgain: string
  readonly loadFailed: string
  readonly loadFailedDetail: string
  readonly crashed: string
  readonly crashedDetail: string
  readonly reload: string
  readonly details: string
}

export type HistoryFilter = 'all' | 'missed' | 'outgoing' | 'incoming'

/** What is known of a call of the past. */
export type RecordStrings = {
  readonly invited: Readonly<Record<Direction, string>>
  readonly ringing: string
  readonly accepted: string
  readonly connected: string
  readonly ended: string
  readonly lasted: string
  readonly outcome: string
  readonly endedBy: string
  readonly endedByMe: string
  readonly endedByNobody: string
  readonly failure: string
}

export type NotificationStrings = {
  readonly title: string
  readonly hint: string
  readonly allow: string
  readonly allowed: string
  readonly denied: string
  readonly unsupported: string
  readonly promptTitle: string
  readonly promptDetail: string
  readonly notNow: string
}

export type DeviceStrings = {
  readonly title: string
  readonly lead: string
  readonly back: string
  readonly microphone: string
  readonly camera: string
  readonly speaker: string
  readonly systemDefault: string
  readonly unnamed: Readonly<Record<'microphone' | 'camera' | 'speaker', Counted>>
  readonly gone: string
  readonly test: string
  readonly stopTest: string
  readonly opening: string
  readonly namesLater: string
  readonly level: string
  readonly levelHint: string
  readonly preview: string
  readonly playTone: string
  readonly playingTone: string
  readonly speakerFixed: string
  /** Where those of the errors speak of a call. */
  readonly cameraNextStep: Readonly<Record<'missing' | 'failed', string>>
  readonly kept: string
}
