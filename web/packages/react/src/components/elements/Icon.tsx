import type { ReactElement } from 'react'

/**
 * Drawn on a 24-unit grid with one stroke width and `currentColor` only, so that icons have the
 * colour of the text.
 */
const drawings = {
  phone: <path d={handset()} />,
  hangUp: <path d={handset()} transform="rotate(135 12 12)" />,
  video: (
    <>
      <rect x="2.75" y="6.25" width="12.5" height="11.5" rx="2.75" />
      <path d="M15.25 10.6 20 7.7a.8.8 0 0 1 1.25.68v7.24A.8.8 0 0 1 20 16.3l-4.75-2.9" />
    </>
  ),
  videoOff: (
    <>
      <path d="M6.8 6.25h5.7A2.75 2.75 0 0 1 15.25 9v3.2M15 16a2.75 2.75 0 0 1-2.5 1.75h-7A2.75 2.75 0 0 1 2.75 15V9c0-.8.34-1.52.88-2" />
      <path d="M15.25 10.6 20 7.7a.8.8 0 0 1 1.25.68v7.24c0 .3-.16.55-.4.69" />
      <path d="m3.5 3.5 17 17" />
    </>
  ),
  microphone: (
    <>
      <rect x="9" y="2.75" width="6" height="11.5" rx="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.25" />
    </>
  ),
  microphoneOff: (
    <>
      <path d="M9 9v2.25a3 3 0 0 0 4.7 2.47M15 10.8V5.75a3 3 0 0 0-5.7-1.3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 10.3 5.27M18.5 11.5c0 .86-.17 1.69-.47 2.44M12 18v3.25" />
      <path d="m3.5 3.5 17 17" />
    </>
  ),
  hold: <path d="M9 6.25v11.5M15 6.25v11.5" />,
  search: (
    <>
      <circle cx="10.75" cy="10.75" r="6.5" />
      <path d="m15.6 15.6 4.65 4.65" />
    </>
  ),
  close: <path d="m6 6 12 12M18 6 6 18" />,
  people: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M2.75 19.25c.4-3.3 3-5.5 6.25-5.5s5.85 2.2 6.25 5.5M15.5 4.9a3.4 3.4 0 0 1 0 6.2M17.6 14.2c2 .8 3.35 2.6 3.65 5.05" />
    </>
  ),
  block: (
    <>
      <circle cx="12" cy="12" r="8.75" />
      <path d="m5.9 5.9 12.2 12.2" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="3.75" />
      <path d="M4.75 20c.45-3.7 3.5-6.25 7.25-6.25S18.8 16.3 19.25 20" />
    </>
  ),
  personAdd: (
    <>
      <circle cx="10" cy="8" r="3.75" />
      <path d="M2.75 20c.45-3.7 3.5-6.25 7.25-6.25S16.8 16.3 17.25 20M18.75 6.5v6M15.75 9.5h6" />
    </>
  ),
  personRemove: (
    <>
      <circle cx="10" cy="8" r="3.75" />
      <path d="M2.75 20c.45-3.7 3.5-6.25 7.25-6.25S16.8 16.3 17.25 20M15.75 9.5h6" />
    </>
  ),
  history: (
    <>
      <path d="M3.9 9.5a8.5 8.5 0 1 1-.35 3.7" />
      <path d="M3.25 4.75v4.9h4.9M12 7.5v4.9l3.2 1.9" />
    </>
  ),
  arrowOut: <path d="M6.5 17.5 17 7M9 6.5h8.5V15" />,
  arrowIn: <path d="M17.5 6.5 7 17M15 17.5H6.5V9" />,
  arrowMissed: <path d="M20.5 6.75 12.25 15 5 7.75M3.75 13.5V6.75h6.75" />,
  alert: (
    <>
      <path d="M10.6 4.3 2.9 17.4a1.6 1.6 0 0 0 1.4 2.4h15.4a1.6 1.6 0 0 0 1.4-2.4L13.4 4.3a1.62 1.62 0 0 0-2.8 0Z" />
      <path d="M12 9.5v4M12 16.6v.1" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.75" />
      <path d="M12 11.25v5M12 7.9v.1" />
    </>
  ),
  offline: (
    <>
      <path d="M2.75 9.2a14 14 0 0 1 4.1-2.6M10.6 5.6A14 14 0 0 1 21.25 9.2M6 12.7a9.3 9.3 0 0 1 3.5-2.1M14.6 10.7c1.2.42 2.4 1.1 3.4 2M9.1 16a4.4 4.4 0 0 1 5.7-.05M12 19.4v.1" />
      <path d="m3.5 3.5 17 17" />
    </>
  ),
  retry: (
    <>
      <path d="M20.1 9.5a8.5 8.5 0 1 0 .35 3.7" />
      <path d="M20.75 4.75v4.9h-4.9" />
    </>
  ),
  minimise: <path d="M20 4l-6.25 6.25M13.5 5v5.5H19M4 20l6.25-6.25M10.5 19v-5.5H5" />,
  maximise: <path d="M13.5 10.5 20 4M14.25 3.75h6v6M10.5 13.5 4 20M9.75 20.25h-6v-6" />,
  speaker: (
    <>
      <path d="M4 9.25h3l4.6-3.9a.8.8 0 0 1 1.3.6v12.1a.8.8 0 0 1-1.3.6L7 14.75H4a.75.75 0 0 1-.75-.75v-4A.75.75 0 0 1 4 9.25Z" />
      <path d="M16.25 9a4.2 4.2 0 0 1 0 6M18.9 6.5a8 8 0 0 1 0 11" />
    </>
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="3.75" />
      <path d="M12 2.75v2M12 19.25v2M2.75 12h2M19.25 12h2M5.45 5.45l1.4 1.4M17.15 17.15l1.4 1.4M18.55 5.45l-1.4 1.4M6.85 17.15l-1.4 1.4" />
    </>
  ),
  moon: <path d="M20.25 14.2A8.5 8.5 0 0 1 9.8 3.75a8.5 8.5 0 1 0 10.45 10.45Z" />,
  screen: (
    <>
      <rect x="2.75" y="4.25" width="18.5" height="12.5" rx="2" />
      <path d="M8.5 20.25h7M12 16.75v3.5" />
    </>
  ),
  signOut: (
    <path d="M14.25 4.25h-7.5a2 2 0 0 0-2 2v11.5a2 2 0 0 0 2 2h7.5M10.5 12h10M17 8.25 20.75 12 17 15.75" />
  ),
  eye: (
    <>
      <path d="M2.5 12S5.9 5.75 12 5.75 21.5 12 21.5 12 18.1 18.25 12 18.25 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="2.75" />
    </>
  ),
  eyeOff: (
    <>
      <path d="M9.9 6a8.9 8.9 0 0 1 2.1-.25c6.1 0 9.5 6.25 9.5 6.25a16 16 0 0 1-2.6 3.3M6 7.6A15.6 15.6 0 0 0 2.5 12s3.4 6.25 9.5 6.25a9 9 0 0 0 4.1-1" />
      <path d="M10 10.1a2.75 2.75 0 0 0 3.9 3.85M3.5 3.5l17 17" />
    </>
  ),
  share: (
    <>
      <rect x="2.75" y="4.25" width="18.5" height="12.5" rx="2" />
      <path d="M8.5 20.25h7M12 16.75v3.5M12 13.5V7.75M9.4 10.1 12 7.5l2.6 2.6" />
    </>
  ),
  popOut: (
    <>
      <path d="M21.25 9.5V6.75a2 2 0 0 0-2-2H4.75a2 2 0 0 0-2 2v10.5a2 2 0 0 0 2 2h4.5" />
      <rect x="12.25" y="12.75" width="9" height="6.75" rx="1.5" fill="currentColor" />
    </>
  ),
  more: <path d="M5.25 12h.01M12 12h.01M18.75 12h.01" strokeWidth="3" />,
  link: (
    <path d="M10.2 13.8a4 4 0 0 0 5.66 0l3.54-3.54a4 4 0 0 0-5.66-5.66l-1.2 1.2M13.8 10.2a4 4 0 0 0-5.66 0L4.6 13.74a4 4 0 0 0 5.66 5.66l1.2-1.2" />
  ),
  check: <path d="m5.25 12.5 4.5 4.5 9-9.5" />,
  good: <path d={thumb()} />,
  bad: <path d={thumb()} transform="rotate(180 12 12)" />,
  mobile: <path d="M4.75 19.25v-3M9.6 19.25v-6.5M14.4 19.25V9M19.25 19.25V4.75" />,
  unsteady: <path d="M2.75 12.5h3.5l2.75-6.5 4.5 12 3-8 1.5 2.5h3.25" />,
  chevron: <path d="m7 10 5 5 5-5" />,
} as const satisfies Record<string, ReactElement>

export type IconName = keyof typeof drawings

export const iconNames = Object.keys(drawings) as readonly IconName[]

export type IconProps = { readonly name: IconName; readonly className?: string }

/** An icon beside words. Screen readers skip it. */
export function Icon({ name, className = '' }: IconProps) {
  return (
    <svg
      className={`parley-icon parley-icon-${name} ${className}`.trimEnd()}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {drawings[name]}
    </svg>
  )
}

function handset(): string {
  return (
    'M5.9 3.75h2.35a1.5 1.5 0 0 1 1.44 1.08l.78 2.7a1.5 1.5 0 0 1-.44 1.52L8.75 10.2a12.4 12.4 0 0 0 ' +
    '5.05 5.05l1.15-1.28a1.5 1.5 0 0 1 1.52-.44l2.7.78a1.5 1.5 0 0 1 1.08 1.44v2.35a2.15 2.15 0 0 1-2.27 ' +
    '2.14C10.6 19.82 4.18 13.4 3.76 6.02A2.15 2.15 0 0 1 5.9 3.75Z'
  )
}

function thumb(): string {
  return (
    'M7.75 10.75 10.9 4a2.1 2.1 0 0 1 2.75 2.45l-.7 3.05h4.7a2.1 2.1 0 0 1 2.05 2.57l-1.4 6a2.1 2.1 0 0 1' +
    '-2.05 1.68H7.75m0-9v9m0-9H5.25a1 1 0 0 0-1 1v7a1 1 0 0 0 1 1h2.5'
  )
}
