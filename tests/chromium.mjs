// The browser of every test and picture: one list of what it may and may not do.

const executablePath = process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium'

/** A list of this kind replaces the one that Playwright sends. */
const disabledFeatures = [
  // Else the candidates hold names that only multicast DNS resolves, not this machine's addresses.
  'WebRtcHideLocalIpsWithMdns',
  // Two more pages with processes of their own, for the address field of every window.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  // What looks for servers of the browser's maker.
  'AimEnabled',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
  // What keeps a page from being drawn or fetched as it says.
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'PaintHolding',
]

const always = [
  // Tests run as root in containers.
  '--no-sandbox',
  // Without a graphics card, pretending to have one takes longer than drawing.
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  `--disable-features=${disabledFeatures.join(',')}`,
]

/** Settings for `chromium.launch`. */
export const browserSettings = (...args) => ({ executablePath, args: [...always, ...args] })

/** A microphone and a camera that are not there, and that every page may use. */
export const fakeDevices = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** Sound plays before anything was pressed. */
export const autoplay = '--autoplay-policy=no-user-gesture-required'
