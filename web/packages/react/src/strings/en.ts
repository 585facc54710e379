// Every sentence a person reads in Parley's interface, except those about errors: they come from the
// error catalogue, so that the page, the log and the manual say the same.
import type { Direction, EndReason, MediaKind } from '@parley/client'

/** What an ending is called, and what may be said about it beyond that. */
export type Ending = { readonly title: string; readonly detail?: string }

export type Strings = {
  /** For dates, numbers and the case of initials. */
  readonly locale: string
  readonly product: string
  readonly call: CallStrings
  readonly app: AppStrings
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
  readonly ringingOn: (devices: number) => string
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
  readonly hideNote: string
  readonly talkedFor: (duration: string) => string
  readonly ended: Readonly<Record<EndReason, Readonly<Record<Direction, Ending>>>>
  readonly secondsShort: (count: number) => string
  readonly minutesShort: (count: number) => string
  readonly hoursShort: (count: number) => string
  readonly seconds: (count: number) => string
  readonly minutes: (count: number) => string
  readonly hours: (count: number) => string
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
  readonly peopleFound: (count: number) => string
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
  readonly tryAgain: string
  readonly loadFailed: string
  readonly loadFailedDetail: string
  readonly crashed: string
  readonly crashedDetail: string
  readonly reload: string
  readonly details: string
}

const cameBackSoon = 'Try again in a little while.'

export const en: Strings = {
  locale: 'en',
  product: 'Parley',
  call: {
    kind: { audio: 'Audio call', video: 'Video call' },
    dial: { audio: (name) => `Call ${name}`, video: (name) => `Video call ${name}` },
    dialShort: { audio: 'Call', video: 'Video' },
    incoming: { audio: 'Incoming audio call', video: 'Incoming video call' },
    incomingAnnouncement: {
      audio: (name) => `${name} is calling you: audio call.`,
      video: (name) => `${name} is calling you: video call.`,
    },
    incomingTitle: (name, product) => `${name} is calling – ${product}`,
    answerHolds: (name) => `Answering puts your call with ${name} on hold.`,
    answerEnds: 'End that call instead',
    answer: 'Answer',
    answerWithVideo: 'Answer with video',
    decline: 'Decline',
    callWith: (name) => `Call with ${name}`,
    calling: 'Calling…',
    ringing: 'Ringing…',
    ringingOn: (devices) => `Ringing on ${devices} devices…`,
    waiting: 'In another call. They hear yours…',
    connecting: 'Connecting…',
    connected: 'Connected',
    reconnecting: 'Reconnecting…',
    onHold: 'On hold',
    heldByPeer: 'You are on hold',
    elsewhere: 'On another of your devices',
    takeOver: 'Take over here',
    switchTo: 'Switch',
    switchToName: (name) => `Switch to ${name}`,
    hangUpName: (name) => `Hang up on ${name}`,
    otherCalls: 'Other calls',
    duration: 'Duration',
    controls: 'Call controls',
    microphone: 'Microphone',
    microphoneHint: { on: 'Mute (M)', off: 'Unmute (M)' },
    camera: 'Camera',
    cameraHint: { on: 'Turn the camera off (V)', off: 'Turn the camera on (V)' },
    opening: 'Starting…',
    hold: 'Hold',
    holdHint: { on: 'Resume the call', off: 'Put the call on hold' },
    resume: 'Resume',
    hangUp: 'Hang up',
    minimise: 'Make the call small',
    maximise: 'Make the call large',
    ownPicture: 'Your picture',
    ownMicrophoneOff: 'You are muted',
    peerMuted: 'Muted',
    peerMicrophoneUnavailable: 'Microphone not working',
    peerCameraOff: 'Camera off',
    peerCameraUnavailable: 'Camera not working',
    peerDevice: { lost: 'Lost touch with the server', reloading: 'Reloading the page' },
    soundBlocked: 'Your browser is waiting for a click before it plays sound.',
    allowSound: 'Play sound',
    sessionReconnecting: 'The server can’t be reached right now.',
    sessionReconnectingDetail: 'Your call goes on; we keep trying.',
    tryAgain: 'Try again',
    callAgain: 'Call again',
    callBack: 'Call back',
    close: 'Close',
    hideNote: 'Hide this note',
    talkedFor: (duration) => `You talked for ${duration}.`,
    ended: {
      completed: {
        outgoing: { title: 'Call ended' },
        incoming: { title: 'Call ended' },
      },
      declined: {
        outgoing: { title: 'Call declined', detail: 'They can’t talk right now.' },
        incoming: { title: 'You declined the call' },
      },
      cancelled: {
        outgoing: { title: 'Call cancelled' },
        incoming: { title: 'Missed call', detail: 'They hung up before you answered.' },
      },
      busy: {
        outgoing: { title: 'Busy', detail: `They are in another call. ${cameBackSoon}` },
        incoming: { title: 'Missed call', detail: 'You were in another call.' },
      },
      no_answer: {
        outgoing: { title: 'No answer', detail: `It rang, but nobody picked up. ${cameBackSoon}` },
        incoming: { title: 'Missed call', detail: 'It rang until time ran out.' },
      },
      unreachable: {
        outgoing: {
          title: 'Not reachable',
          detail: `None of their devices is online. ${cameBackSoon}`,
        },
        incoming: { title: 'Missed call', detail: 'None of your devices was online.' },
      },
      failed: {
        outgoing: { title: 'Call failed' },
        incoming: { title: 'Call failed' },
      },
      abandoned: {
        outgoing: { title: 'Call lost', detail: 'Both sides lost the connection.' },
        incoming: { title: 'Call lost', detail: 'Both sides lost the connection.' },
      },
      answered_elsewhere: {
        outgoing: { title: 'Continued on another device' },
        incoming: { title: 'Answered on another device' },
      },
      declined_elsewhere: {
        outgoing: { title: 'Ended on another device' },
        incoming: { title: 'Declined on another device' },
      },
    },
    secondsShort: (count) => `${count} s`,
    minutesShort: (count) => `${count} min`,
    hoursShort: (count) => `${count} h`,
    seconds: (count) => (count === 1 ? '1 second' : `${count} seconds`),
    minutes: (count) => (count === 1 ? '1 minute' : `${count} minutes`),
    hours: (count) => (count === 1 ? '1 hour' : `${count} hours`),
  },
  app: {
    tagline: 'Talk as if you were in the same room.',
    promise: 'One-to-one calls, on a server of your own.',
    skipToContent: 'Skip to the content',
    navigation: 'Main',
    people: 'People',
    history: 'History',
    settings: 'Settings',
    settingsFor: (name) => `Settings for ${name}`,
    signedInAs: 'Signed in as',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    signOut: 'Sign out',
    signIn: 'Sign in',
    signInLead: 'Good to have you back.',
    signingIn: 'Signing in…',
    signUp: 'Create account',
    signUpLead: 'A name and a password, nothing more.',
    signingUp: 'Creating your account…',
    toSignUp: 'New here?',
    toSignUpLink: 'Create an account',
    toSignIn: 'Already have an account?',
    toSignInLink: 'Sign in',
    signUpClosed: 'This server does not take new accounts. Ask the person who runs it for one.',
    user: 'User name',
    userHint: 'Letters, digits, dots, dashes and underscores. Others find you by it.',
    name: 'Your name',
    nameHint: 'What others see when you call.',
    password: 'Password',
    passwordHint: 'At least 8 characters.',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    invitation: 'Invitation code',
    invitationHint: 'You got it from the person who runs this server.',
    required: 'Please fill this in.',
    unreachableDetail: 'Check your network and try again.',
    online: 'Online',
    offline: 'Offline',
    presenceUnknown: 'Checking…',
    sessionConnecting: 'Connecting…',
    sessionReconnecting: 'Reconnecting to the server…',
    sessionCallsGoOn: 'Calls go on.',
    useThisTab: 'Use this tab',
    searchPeople: 'Search people',
    clearSearch: 'Clear the search',
    loadingPeople: 'Loading people…',
    peopleFound: (count) => (count === 1 ? '1 person found' : `${count} people found`),
    morePeople: 'There are more people than fit here. Search to find the others.',
    nobodyYet: 'Nobody else is here yet',
    nobodyYetDetail:
      'As soon as others have an account on this server, you can call them from here.',
    nobodyFound: 'Nobody by that name',
    nobodyFoundDetail: 'Check the spelling, or try a shorter part of the name.',
    loadingHistory: 'Loading your calls…',
    noCalls: 'No calls yet',
    noCallsDetail: 'Calls you make and calls you get will be listed here.',
    earlierCalls: 'Show earlier calls',
    loadingEarlierCalls: 'Loading…',
    historyEnd: 'That’s all of them.',
    today: 'Today',
    yesterday: 'Yesterday',
    outcome: {
      completed: { outgoing: 'Outgoing call', incoming: 'Incoming call' },
      declined: { outgoing: 'They declined', incoming: 'You declined' },
      cancelled: { outgoing: 'You hung up first', incoming: 'Missed call' },
      busy: { outgoing: 'They were busy', incoming: 'Missed call' },
      no_answer: { outgoing: 'No answer', incoming: 'Missed call' },
      unreachable: { outgoing: 'Not reachable', incoming: 'Missed call' },
      failed: { outgoing: 'Outgoing call failed', incoming: 'Incoming call failed' },
      abandoned: { outgoing: 'Outgoing call lost', incoming: 'Incoming call lost' },
      answered_elsewhere: {
        outgoing: 'Continued on another device',
        incoming: 'Answered on another device',
      },
      declined_elsewhere: {
        outgoing: 'Ended on another device',
        incoming: 'Declined on another device',
      },
    },
    tryAgain: 'Try again',
    loadFailed: 'Parley could not be loaded',
    loadFailedDetail:
      'Check your network and try again. After an update of the server, reload the page.',
    crashed: 'Something broke',
    crashedDetail:
      'It is our fault, not yours. Reloading the page usually helps; nothing you saved is lost.',
    reload: 'Reload the page',
    details: 'Technical details',
  },
}
