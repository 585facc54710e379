// Removes private data from a trace so that the trace still runs the same: every secret is replaced
// by a stand-in, the same one at every place. Only listed texts are kept; unknown texts are hidden.
// See docs/reporting-a-bug.md.
import { isUuid } from '../uuid'

type Fields = Readonly<Record<string, unknown>>

/**
 * Texts that say nothing about a person: names of types and states, random ids, browser versions.
 */
const KEPT = new Set(
  (
    'type kind state phase microphone camera screen direction reason problem failure code tone level ' +
    'others peer_device call into from to mid ufrag request detail client source quality permission ' +
    'constraint off_proof sound_hint local remote limit cause side'
  ).split(' '),
)

const USERS = new Set(['user', 'users', 'callee', 'ended_by'])

/** The system's aliases. They are the same everywhere, and the core reads them. */
const ALIASES = new Set(['', 'default', 'communications'])

/** The form of device ids: hexadecimal digits or base64, depending on the browser. */
const HARDWARE_ID = /(?<![\w+/])(?:[\da-f]{32,}|[\w+/]{40,}=*)(?![\w+/=])/gi

/** Entries whose text is a message. */
const FRAMES = new Set<unknown>(['frame_received', 'send_frame', 'direct_received', 'send_direct'])

/** Entries whose `name` is that of an error, not of a person. */
const FAILURES = new Set(['media_failed', 'operation_failed'])

export type Redactor = {
  /** A copy of a value of a trace, with stand-ins. */
  redact(value: unknown): unknown
}

/** Creates a redactor. Stand-ins count from 1 and stay the same while it lives. */
export function createRedactor(): Redactor {
  const known = new Map<string, Map<string, string>>()

  const standIn = (kind: string, original: string, make: (n: number) => string): string => {
    const ofKind = known.get(kind) ?? new Map<string, string>()
    known.set(kind, ofKind)
    const before = ofKind.get(original)
    if (before !== undefined) return before
    const made = make(ofKind.size + 1)
    ofKind.set(original, made)
    return made
  }

  const hide = (text: string) => standIn('text', text, (n) => `hidden-${String(n)}`)
  const hardware = (id: string) =>
    ALIASES.has(id) ? id : standIn('hardware', id, (n) => `hardware-${String(n)}`)
  const host = (name: string) => standIn('host', name.toLowerCase(), (n) => `host-${String(n)}`)

  const address = (text: string): string => {
    if (text.includes(':')) {
      if (/^::1?$/.test(text)) return text
      return standIn('IPv6', text.toLowerCase(), (n) => `2001:db8::${n.toString(16)}`)
    }
    if (/^(0\.0\.0\.0|127\..*)$/.test(text)) return text
    // First the addresses for documentation (RFC 5737), then those for benchmarks (RFC 2544).
    return standIn('IPv4', text, (n) =>
      n < 255 ? `192.0.2.${String(n)}` : `198.18.${String((n >> 8) & 255)}.${String(n & 255)}`,
    )
  }

  /** Redacts descriptions, candidates and browser messages about them. */
  const scrub = (text: string): string =>
    text
      .replace(/\b(ice-pwd|inline|cname):([^\s|]+)/g, (_, name: string, secret: string) =>
        [name, 'x'.repeat(secret.length)].join(':'),
      )
      .replace(
        /\bfingerprint:(\S+) (\S+)/g,
        (_, hash: string, digits: string) => `fingerprint:${hash} ${digits.replace(/[^:]/g, 'x')}`,
      )
      .replace(
        // Some browsers hash the address into the foundation.
        /\bcandidate:([\w+/]+) /g,
        (_, foundation: string) => `candidate:${standIn('foundation', foundation, String)} `,
      )
      .replace(/[\w-]+\.local\b/g, (name) => `${host(name)}.local`)
      .replace(/(?<![\w.])\d{1,3}(\.\d{1,3}){3}(?![\w.])/g, address)
      .replace(/(?<![\w:.])(?=[\da-f]*:[\da-f:]*:)[\da-f:]{2,39}(?![\w:])/gi, address)

  /** Redacts a browser message, which may name a device. */
  const words = (text: string) => scrub(text.replace(HARDWARE_ID, hardware))

  const iceUrl = (url: string): string =>
    url.replace(/^(\w+):(\[[^\]]*\]|[^:?]*)/, (_, scheme: string, name: string) =>
      /^[\d.]+$|^\[/.test(name)
        ? `${scheme}:${name.replace(/[\da-f.:]+/i, address)}`
        : `${scheme}:${host(name)}.invalid`,
    )

  /** A frame is JSON inside JSON. Text that is not JSON is hidden. */
  const frame = (text: string): string => {
    try {
      return JSON.stringify(redact(JSON.parse(text)))
    } catch {
      return 'x'.repeat(text.length)
    }
  }

  const redactText = (owner: Fields, key: string, text: string): string => {
    if (KEPT.has(key)) return text
    if (USERS.has(key)) return standIn('user', text.toLowerCase(), (n) => `user-${String(n)}`)
    switch (key) {
      case 'name':
        if (typeof owner['type'] === 'string' && FAILURES.has(owner['type'])) return text
        return standIn('name', text, (n) => `Person ${String(n)}`)
      case 'session':
      case 'key':
        // In the view, `session` is a phase, not an id.
        return isUuid(text)
          ? standIn('id', text, countingId)
          : /^[a-z_]*$/.test(text)
            ? text
            : hide(text)
      case 'device':
        // The id of a phone is random; that of a microphone is the same on every visit.
        return isUuid(text) && !isAboutHardware(owner) ? text : hardware(text)
      case 'id':
      case 'group':
        return hardware(text)
      case 'text':
        if (owner['type'] === 'log') return words(text)
        return FRAMES.has(owner['type']) ? frame(text) : hide(text)
      case 'sdp':
      case 'candidate':
        return scrub(text)
      case 'message':
        return words(text)
      case 'urls':
        return iceUrl(text)
      default:
        return hide(text)
    }
  }

  const redactMember = (owner: Fields, key: string, value: unknown): unknown => {
    if (typeof value === 'string') return redactText(owner, key, value)
    if (Array.isArray(value)) return value.map((item) => redactMember(owner, key, item))
    return redact(value)
  }

  const redact = (value: unknown): unknown => {
    if (typeof value === 'string') return hide(value)
    if (Array.isArray(value)) return value.map(redact)
    if (typeof value !== 'object' || value === null) return value
    const owner = value as Fields
    return Object.fromEntries(
      Object.entries(owner).map(([key, member]) => [key, redactMember(owner, key, member)]),
    )
  }

  return { redact }
}

/**
 * Whether the entry is a choice, a request for a device, an opened device, or a source of the view.
 */
function isAboutHardware(owner: Fields): boolean {
  return (
    owner['type'] === 'device_chosen' || ['quality', 'group', 'wanted'].some((key) => key in owner)
  )
}

function countingId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}
