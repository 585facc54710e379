import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact'

const phone = '11111111-2222-4333-8444-555555555555'

const redact = (value: unknown) => createRedactor().redact(value)

const sdp = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  'c=IN IP4 203.0.113.77',
  'a=ice-ufrag:9aBc',
  'a=ice-pwd:Zx81kq02JmPlTtRrEeWwQq55',
  'a=fingerprint:sha-256 4F:EE:07:9A',
  'a=candidate:3478 1 udp 2122260223 192.168.7.31 54321 typ host generation 0 ufrag 9aBc',
  'a=candidate:99 1 udp 2122260222 fe80::1c2d:3e4f 54322 typ srflx raddr 192.168.7.31 rport 1',
  'a=ssrc:1 cname:bea@laptop.lan',
  '',
].join('\r\n')

describe('redacting', () => {
  it('hides addresses, passwords and fingerprints of a description and keeps its generation', () => {
    const [one, again] = redact([
      { type: 'local_description_set', sdp },
      {
        type: 'candidate_gathered',
        candidate: { candidate: 'candidate:3478 1 udp 1 192.168.7.31 9' },
      },
    ]) as [{ sdp: string }, { candidate: { candidate: string } }]
    expect(one.sdp.split('\r\n')).toEqual([
      'v=0',
      'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
      'c=IN IP4 192.0.2.1',
      'a=ice-ufrag:9aBc',
      'a=ice-pwd:xxxxxxxxxxxxxxxxxxxxxxxx',
      'a=fingerprint:sha-256 xx:xx:xx:xx',
      'a=candidate:1 1 udp 2122260223 192.0.2.2 54321 typ host generation 0 ufrag 9aBc',
      'a=candidate:2 1 udp 2122260222 2001:db8::1 54322 typ srflx raddr 192.0.2.2 rport 1',
      'a=ssrc:1 cname:xxxxxxxxxxxxxx',
      '',
    ])
    expect(again.candidate.candidate).toBe('candidate:1 1 udp 1 192.0.2.2 9')
  })

  it('gives people numbers, whatever the case of their account names', () => {
    const bea = { user: 'user-1', name: 'Person 1' }
    expect(
      redact([
        { callee: { user: 'bea', name: 'Bea' } },
        { me: { user: 'Bea', name: 'Bea' } },
        { users: ['bea', 'cem'] },
        { callee: 'cem' },
      ]),
    ).toEqual([{ callee: bea }, { me: bea }, { users: ['user-1', 'user-2'] }, { callee: 'user-2' }])
  })

  it('redacts inside frames, and hides text that is not a frame', () => {
    const rest = `"device":"${phone}","resume":{"received":4},"ack":2}`
    const text = `{"type":"hello","token":"s3cret",${rest}`
    expect(redact({ type: 'send_frame', socket: 1, text })).toEqual({
      type: 'send_frame',
      socket: 1,
      text: `{"type":"hello","token":"hidden-1",${rest}`,
    })
    for (const type of ['send_direct', 'direct_received']) {
      const status = '{"type":"status","status":{"microphone":"off"}}'
      expect(redact({ type, text: status })).toEqual({ type, text: status })
    }
    expect(redact({ type: 'frame_received', text: '{"name":"Bea' })).toEqual({
      type: 'frame_received',
      text: 'x'.repeat(12),
    })
  })

  it('keeps what is measured: it names nobody, and the core reads it', () => {
    const sampled = {
      type: 'stats_sampled',
      path: { local: 'host', remote: 'relay', round_trip_ms: 40 },
      camera_sent: { limit: 'bandwidth', fps: 12 },
    }
    const report = JSON.stringify({ type: 'quality', received: { fps: 30 }, cpu_limited: false })
    const told = { type: 'send_direct', text: report }
    expect(redact([sampled, told])).toEqual([sampled, told])
  })

  it('replaces session keys by other ids, and keeps the phase of a session', () => {
    const session = '11111111-2222-4333-8444-555555555555'
    expect(redact({ session, key: session, view: { session: 'online' } })).toEqual({
      session: '00000000-0000-4000-8000-000000000001',
      key: '00000000-0000-4000-8000-000000000001',
      view: { session: 'online' },
    })
  })

  it('hides hosts, addresses and passwords of ICE servers', () => {
    expect(
      redact({
        ice_servers: [
          { urls: ['stun:stun.example.org:3478'] },
          {
            urls: [
              'turn:10.1.2.3:3478?transport=tcp',
              'turns:[fd00::7]:5349',
              'turn:stun.example.org',
            ],
            username: '1790000000:bea',
            credential: 'p',
          },
        ],
      }),
    ).toEqual({
      ice_servers: [
        { urls: ['stun:host-1.invalid:3478'] },
        {
          urls: [
            'turn:192.0.2.1:3478?transport=tcp',
            'turns:[2001:db8::1]:5349',
            'turn:host-1.invalid',
          ],
          username: 'hidden-1',
          credential: 'hidden-2',
        },
      ],
    })
  })

  it('keeps the name of an exception and redacts its message, in the log too', () => {
    const message = 'Failed to parse: a=ice-pwd:abc via 10.0.0.9 and 3f2a-1.local'
    const scrubbed = 'Failed to parse: a=ice-pwd:xxx via 192.0.2.1 and host-1.local'
    expect(
      redact([
        { type: 'operation_failed', name: 'SyntaxError', message },
        { type: 'log', level: 'warning', text: `it failed: SyntaxError: ${message}` },
      ]),
    ).toEqual([
      { type: 'operation_failed', name: 'SyntaxError', message: scrubbed },
      { type: 'log', level: 'warning', text: `it failed: SyntaxError: ${scrubbed}` },
    ])
  })

  it('hides device ids and labels, and keeps equal ones equal', () => {
    const [headset, group] = ['1f'.repeat(32), 'aB3+/'.repeat(8) + '123=']
    const microphone = { device: headset, group }
    expect(
      redact([
        { type: 'device_chosen', source: 'microphone', device: headset },
        {
          type: 'devices_listed',
          devices: [
            { source: 'microphone', id: 'default', group },
            { source: 'microphone', id: headset, group },
            { source: 'camera', id: 'virtual camera', group: '' },
          ],
        },
        { type: 'open_media', microphone: { device: headset, quality: 'full' } },
        { type: 'media_opened', microphone, camera: { device: '', group: '' } },
        { view: { microphone: { wanted: true, device: headset, off_proof: 'sent' } } },
      ]),
    ).toEqual([
      { type: 'device_chosen', source: 'microphone', device: 'hardware-1' },
      {
        type: 'devices_listed',
        devices: [
          { source: 'microphone', id: 'default', group: 'hardware-2' },
          { source: 'microphone', id: 'hardware-1', group: 'hardware-2' },
          { source: 'camera', id: 'hardware-3', group: '' },
        ],
      },
      { type: 'open_media', microphone: { device: 'hardware-1', quality: 'full' } },
      {
        type: 'media_opened',
        microphone: { device: 'hardware-1', group: 'hardware-2' },
        camera: { device: '', group: '' },
      },
      { view: { microphone: { wanted: true, device: 'hardware-1', off_proof: 'sent' } } },
    ])
  })

  it('hides a microphone whose id looks like that of a phone, and not the phone', () => {
    expect(
      redact([
        { type: 'signed_in', device: phone },
        { type: 'device_chosen', source: 'camera', device: phone },
      ]),
    ).toEqual([
      { type: 'signed_in', device: phone },
      { type: 'device_chosen', source: 'camera', device: 'hardware-1' },
    ])
  })

  it('hides devices in browser messages, and keeps the words that the core reads', () => {
    const [hex, base64] = ['1f'.repeat(20), 'aB3+/'.repeat(8) + '123=']
    const failure = {
      type: 'media_failed',
      name: 'OverconstrainedError',
      constraint: 'deviceId',
      permission: 'prompt',
    }
    expect(
      redact([
        { ...failure, message: `Permission denied by system for ${hex}: "${base64}"` },
        { type: 'log', text: `the microphone ${hex} was dismissed` },
        { label: 'Headset of Bea' },
      ]),
    ).toEqual([
      { ...failure, message: 'Permission denied by system for hardware-1: "hardware-2"' },
      { type: 'log', text: 'the microphone hardware-1 was dismissed' },
      { label: 'hidden-1' },
    ])
  })

  it('hides unknown texts, and keeps numbers', () => {
    expect(redact({ location: 'Berlin', depth: [3, 'Berlin', null, true] })).toEqual({
      location: 'hidden-1',
      depth: [3, 'hidden-1', null, true],
    })
  })
})
