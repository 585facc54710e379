// Captured packets of IPv4, and what those of a call are.

export type Packet = {
  readonly source: string
  readonly destination: string
  readonly protocol: 'udp' | 'tcp' | 'other'
  readonly payload: Buffer
}

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** pcap's magic number for microseconds, written by a machine of the same byte order. */
const PCAP = 0xa1b2c3d4
const RAW_IP = 101
const TCP = 6
const UDP = 17

/** The packets of a file in the format of pcap, whose device has no layer below IP. */
export function packetsOf(file: Buffer): Packet[] {
  if (file.readUInt32LE(0) !== PCAP || file.readUInt32LE(20) !== RAW_IP) {
    throw new Error('not a capture of IP packets')
  }
  const found: Packet[] = []
  let at = FILE_HEADER
  while (at + RECORD_HEADER <= file.length) {
    const length = file.readUInt32LE(at + 8)
    at += RECORD_HEADER
    const packet = file.subarray(at, at + length)
    if (packet.readUInt8(0) >> 4 === 4) found.push(ipv4(packet))
    at += length
  }
  return found
}

function ipv4(packet: Buffer): Packet {
  const header = (packet.readUInt8(0) & 0x0f) * 4
  const number = packet.readUInt8(9)
  const body = packet.subarray(header, packet.readUInt16BE(2))
  const skipped = number === UDP ? 8 : number === TCP ? (body.readUInt8(12) >> 4) * 4 : 0
  return {
    source: packet.subarray(12, 16).join('.'),
    destination: packet.subarray(16, 20).join('.'),
    protocol: number === UDP ? 'udp' : number === TCP ? 'tcp' : 'other',
    payload: body.subarray(skipped),
  }
}

/** Media and its reports: RTP and RTCP, also through a TURN server over UDP. */
export const isMedia = ({ protocol, payload }: Packet): boolean =>
  protocol === 'udp' && isRtp(relayed(payload))

/** RFC 7983, 7. */
const isRtp = (payload: Buffer): boolean => {
  const first = payload[0] ?? 0
  return first >= 128 && first <= 191
}

const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42])
const SEND = 0x0016
const DATA = 0x0017
const DATA_ATTRIBUTE = 0x0013

const isStun = (payload: Buffer): boolean =>
  payload.length >= 20 && payload.subarray(4, 8).equals(COOKIE)

/** What a TURN client and its server send for a peer (RFC 8656, 11 and 12); else all. */
function relayed(payload: Buffer): Buffer {
  const first = payload[0] ?? 0
  if (first >= 64 && first <= 79) return payload.subarray(4)
  if (!isStun(payload) || ![SEND, DATA].includes(payload.readUInt16BE(0))) return payload
  let at = 20
  while (at + 4 <= payload.length) {
    const length = payload.readUInt16BE(at + 2)
    if (payload.readUInt16BE(at) === DATA_ATTRIBUTE)
      return payload.subarray(at + 4, at + 4 + length)
    at += 4 + Math.ceil(length / 4) * 4
  }
  return payload
}

/**
 * Whether a packet tells an IPv4 address: it comes from there or goes there, or has it inside, as text
 * or as STUN writes it (RFC 8489, 14.2). What a browser sends by a WebSocket is masked and not seen.
 */
export function tells(packet: Packet, address: string): boolean {
  const bytes = Buffer.from(address.split('.').map(Number))
  const masked = Buffer.from(bytes.map((byte, i) => byte ^ (COOKIE[i] ?? 0)))
  return (
    packet.source === address ||
    packet.destination === address ||
    packet.payload.includes(address) ||
    (isStun(packet.payload) && packet.payload.includes(masked))
  )
}
