// What a catalogue holds: every sentence a person reads in Parley's interface.
import type {
  DeviceKind,
  Direction,
  EndReason,
  ErrorCode,
  MediaKind,
  QualityCause,
  QualityLevel,
  QualitySide,
} from '@parley/client'

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
  readonly block: string
  readonly blockPerson: (name: string) => string
  readonly blockQuestion: (name: string) => string
  readonly blockHint: string
  readonly unblock: string
  readonly unblockPerson: (name: string) => string
  /** Leaves things as they are. */
  readonly keep: string
  readonly callWith: (name: string) => string
  readonly calling: string
  readonly ringing: string
  readonly ringingOn: Counted
  readonly waiting: string
  readonly quiet: string
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
  /** What is known of a source that is off, up to what the other side's counters show. */
  readonly muted: string
  readonly mutedSent: string
  readonly mutedReceived: (name: string) => string
  readonly cameraOffSent: string
  readonly cameraOffReceived: (name: string) => string
  readonly opening: string
  readonly share: string
  readonly shareHint: Readonly<Record<'on' | 'off', string>>
  readonly pictureInPicture: string
  readonly pictureInPictureHint: Readonly<Record<'on' | 'off', string>>
  readonly more: string
  readonly moreHint: string
  readonly devices: DeviceMenuStrings
  readonly hold: string
  readonly holdHint: Readonly<Record<'on' | 'off', string>>
  readonly resume: string
  /** Of a control that does nothing before. */
  readonly onceConnected: string
  readonly hangUp: string
  readonly minimise: string
  readonly minimiseHint: string
  readonly maximise: string
  readonly ownPicture: string
  readonly peerMicrophone: Readonly<Record<SourceTrouble, string>>
  readonly peerCamera: Readonly<Record<Exclude<SourceTrouble, 'opening'>, string>>
  readonly peerSharing: string
  readonly peerReconnecting: string
  readonly peerMobileData: string
  readonly peerDevice: Readonly<Record<'lost' | 'reloading', string>>
  readonly screenOf: (name: string) => string
  readonly ownScreen: string
  readonly sharing: string
  readonly stopSharing: string
  readonly stopSharingName: string
  readonly asking: Readonly<Record<'microphone' | 'camera' | 'both', string>>
  readonly askingDetail: string
  readonly substitute: Readonly<Record<'microphone' | 'camera', Substitute>>
  /** Why a device that was chosen can't be had, where the error speaks of all devices. */
  readonly chosenMissing: string
  readonly talkingWhileMuted: string
  readonly talkingWhileMutedDetail: string
  readonly unmute: string
  readonly silentMicrophone: string
  readonly silentMicrophoneDetail: string
  readonly chooseAnother: string
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
  readonly rating: RatingStrings
  readonly quality: QualityStrings
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

/** What can be said of a source that is not simply on. */
export type SourceTrouble = 'off' | 'opening' | 'unavailable' | 'lost' | 'silenced'

/** Another device is in use than the one that was chosen. */
export type Substitute = {
  readonly named: (label: string) => string
  readonly unnamed: string
}

/** The menus in which devices are chosen during a call. */
export type DeviceMenuStrings = {
  /** What the buttons that open them say. */
  readonly choose: Readonly<Record<'microphone' | 'microphoneAndSpeaker' | 'camera', string>>
  readonly kinds: Readonly<Record<DeviceKind, string>>
  readonly systemDefault: string
  readonly unnamed: Readonly<Record<DeviceKind, Counted>>
  readonly gone: string
  readonly unusable: string
  readonly none: Readonly<Record<DeviceKind, string>>
}

/** How good a call is. What the person can do comes with the cause. */
export type QualityStrings = {
  readonly label: (level: string) => string
  readonly levels: Readonly<Record<QualityLevel, string>>
  /** While nothing is wrong. */
  readonly fine: string
  readonly causes: Readonly<
    Record<Exclude<QualityCause, 'none'>, Readonly<Record<QualitySide, ErrorText>>>
  >
  readonly toYou: string
  readonly fromYou: string
  readonly measured: string
  readonly rate: string
  readonly lost: string
  readonly concealed: string
  readonly roundTrip: string
  readonly unknown: string
  readonly kilobits: Counted
  readonly percent: Counted
  readonly milliseconds: Counted
}

export type RatingStrings = {
  readonly question: string
  readonly good: string
  readonly bad: string
  readonly thanks: string
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
  readonly account: AccountStrings
  readonly blockedMark: string
  readonly contacts: ContactStrings
  readonly invite: {
    readonly title: string
    readonly lead: string
    readonly make: string
    readonly makeAnother: string
    readonly link: string
    readonly copy: string
    readonly copied: string
    readonly share: string
    readonly qrCode: string
    readonly once: (until: string) => string
    readonly alone: string
    readonly open: string
    readonly noneOpen: string
    readonly madeAt: (when: string) => string
    readonly validUntil: (when: string) => string
    readonly withdraw: string
    readonly withdrawOf: (when: string) => string
    readonly withdrawn: string
  }
  readonly signOut: string
  readonly signIn: string
  readonly signInLead: string
  readonly passwordForgotten: string
  readonly signingIn: string
  readonly signUp: string
  readonly signUpLead: string
  /** Instead of `signUpLead` for a person who comes with an invitation. */
  readonly invitedLead: string
  readonly signingUp: string
  /** The title of the sign-up on a server without accounts. */
  readonly firstAccount: string
  readonly firstAccountLead: string
  /** Where only the operator makes the first account: with the command under these words. */
  readonly noAccounts: string
  readonly firstByInvitation: string
  readonly firstByCommand: string
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
  /** While nobody can be asked. */
  readonly presenceUntold: string
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
  readonly tryAlone: string
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
  /** The server answers, but no WebSocket gets through. */
  readonly socketsBlocked: string
  readonly socketsBlockedDetail: string
  /** A language that was chosen can't be loaded. */
  readonly languageFailed: (language: string) => string
  readonly languageFailedDetail: string
  /** A page threw; the rest goes on. */
  readonly pageCrashed: string
  readonly pageCrashedDetail: string
  /** A display name that the server does not take, other than a user name. */
  readonly nameRefused: string
  readonly nameRefusedDetail: string
  /** A password that is long enough, and among the first that anybody tries. */
  readonly passwordCommon: string
  readonly passwordCommonDetail: string
  /** What was typed can't be sent as text. */
  readonly brokenText: string
  readonly brokenTextDetail: string
  readonly loadFailed: string
  readonly loadFailedDetail: string
  readonly crashed: string
  readonly crashedDetail: string
  readonly reload: string
  readonly details: string
}

export type HistoryFilter = 'all' | 'missed' | 'outgoing' | 'incoming'

/** The people whom one has added. */
export type ContactStrings = {
  readonly mark: string
  readonly add: string
  readonly addPerson: (name: string) => string
  readonly remove: string
  readonly removeShort: string
  readonly removePerson: (name: string) => string
  /** What the button says behind which both are. */
  readonly more: (name: string) => string
  /** What was done, for those who do not see it. */
  readonly done: Readonly<
    Record<'addContact' | 'removeContact' | 'block' | 'unblock', (name: string) => string>
  >
}

/** Who may call, who is blocked, the password, and where one is signed in. */
export type AccountStrings = {
  readonly title: string
  readonly whoMayCall: string
  readonly who: Readonly<Record<'everybody' | 'known', string>>
  readonly whoHint: string
  readonly contacts: string
  readonly noContacts: string
  readonly blocked: string
  readonly nobodyBlocked: string
  readonly password: string
  readonly currentPassword: string
  readonly currentPasswordWrong: string
  readonly currentPasswordWrongDetail: string
  readonly newPassword: string
  readonly passwordEndsOthers: string
  readonly changePassword: string
  readonly passwordChanged: string
  readonly signIns: string
  readonly unknownDevice: string
  readonly thisDevice: string
  readonly lastSeen: (when: string) => string
  readonly endSignIn: string
  readonly endSignInOf: (device: string) => string
  readonly endOthers: string
}

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
  readonly rating: string
  readonly ratings: Readonly<Record<'good' | 'bad', string>>
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
  readonly none: Readonly<Record<'microphone' | 'camera', Required<Ending>>>
  /** Where those of the errors speak of a call. */
  readonly nextStep: ProbeNextSteps
  readonly kept: string
}

/** What to do when a test of a device failed; the other codes say it themselves. */
export type ProbeNextSteps = Readonly<
  Record<
    | 'device/microphone-unsuitable'
    | 'device/microphone-lost'
    | 'device/camera-denied'
    | 'device/camera-dismissed'
    | 'device/camera-system-denied'
    | 'device/camera-missing'
    | 'device/camera-busy'
    | 'device/camera-unsuitable'
    | 'device/camera-failed'
    | 'device/camera-lost',
    string
  >
>
