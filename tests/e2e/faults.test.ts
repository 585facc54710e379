// The fakes that other tests use behave in a page as browsers and systems do.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { camA, camB, fails, micA, micB, opensAfter, speakerA, waits } from './support/faults'
import { fallsSilent, hearsTone, isHeard, isSilent, line, seesColour } from './support/rtp'
import { hangUp, Stage, talk } from './support/stage'

const stage = Stage.open()

/** Requests devices as a page does; returns the devices that opened, or the error. */
function open(person: Person, constraints: MediaStreamConstraints): Promise<string> {
  return person.page.evaluate(
    (asked) =>
      navigator.mediaDevices.getUserMedia(asked).then(
        (stream) =>
          stream
            .getTracks()
            .map((track) => `${String(track.getSettings().deviceId)}: ${track.label}`)
            .join(', '),
        ({ name, message, constraint = '' }: DOMException & { constraint?: string }) =>
          [name, message, constraint].filter((part) => part !== '').join(': '),
      ),
    constraints,
  )
}

function list(person: Person): Promise<readonly string[]> {
  return person.page.evaluate(async () =>
    (await navigator.mediaDevices.enumerateDevices()).map(
      ({ deviceId, groupId, label }) => `${deviceId} ${groupId} ${label}`,
    ),
  )
}

describe('fake devices', () => {
  it('are listed, come and go, with one event for each change', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, { devices: [micA, camA, speakerA] })
    await ada.page.evaluate(() => {
      navigator.mediaDevices.ondevicechange = () => console.log('changed')
    })
    const events = () => ada.lines.filter((line) => line.endsWith('changed')).length
    expect(await list(ada)).toEqual([
      'default desk Default - Desk microphone',
      'mic-a desk Desk microphone',
      'cam-a screen Built-in camera',
      'default desk Default - Desk speaker',
      'speaker-a desk Desk speaker',
    ])
    await ada.hardware.plug(micB, camB)
    await ada.hardware.setDefault('microphone', 'mic-b', 10)
    expect((await list(ada)).slice(0, 3)).toEqual([
      'default headset Default - Headset microphone',
      'mic-a desk Desk microphone',
      'mic-b headset Headset microphone',
    ])
    await ada.hardware.unplug('mic-b', 'cam-a')
    expect((await list(ada)).slice(0, 3)).toEqual([
      'default desk Default - Desk microphone',
      'mic-a desk Desk microphone',
      'cam-b desk Desk camera',
    ])
    expect(events()).toBe(12)
    await ada.page.reload()
    expect(await list(ada)).toHaveLength(5)
  })

  it('are found by their ids, and fail as in browsers when they are missing', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, { devices: [micA, micB, camA] })
    const mic = (deviceId: ConstrainDOMString) => open(ada, { audio: { deviceId } })
    expect(await open(ada, { audio: true })).toBe('default: Desk microphone')
    expect(await mic({ exact: 'mic-b' })).toBe('mic-b: Headset microphone')
    expect(await mic({ ideal: 'gone' })).toBe('default: Desk microphone')
    expect(await mic({ exact: 'gone' })).toBe('OverconstrainedError: deviceId')
    expect(await open(ada, { audio: true, video: true })).toBe(
      'default: Desk microphone, cam-a: Built-in camera',
    )
    await ada.hardware.unplug('cam-a')
    expect(await open(ada, { video: true })).toBe('NotFoundError: Requested device not found')
    expect(await open(ada, {})).toMatch(/^TypeError: At least one/)
  })

  it('fail, open slowly and wait as configured', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, {
      behaviours: { camera: fails('NotReadableError', { times: 1 }), 'mic-a': opensAfter(300) },
    })
    expect(await open(ada, { video: true })).toBe('NotReadableError: Could not start video source')
    expect(await open(ada, { video: true })).toBe('cam-a: Built-in camera')
    expect(await open(ada, { audio: true })).toBe('default: Desk microphone')
    const [first, , third] = await ada.hardware.requests()
    expect(first).toMatchObject({ constraints: { video: true }, outcome: 'NotReadableError' })
    expect(third).toMatchObject({ outcome: 'granted' })
    expect((third?.settledAt ?? 0) - (third?.at ?? 0)).toBeGreaterThan(290)

    await ada.hardware.script('mic-a', waits)
    const granted = open(ada, { audio: true })
    await expect.poll(() => ada.hardware.grant()).toBe(1)
    expect(await granted).toBe('default: Desk microphone')
    const denied = open(ada, { audio: true })
    await expect.poll(() => ada.hardware.deny()).toBe(1)
    expect(await denied).toBe('NotAllowedError: Permission denied')
  })

  it('end with all their tracks when they are unplugged', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, {})
    await ada.page.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
      const tracks = [...stream.getTracks(), ...stream.clone().getTracks()]
      for (const track of tracks) {
        track.onended = () => console.log(`ended ${track.kind}`)
        track.onmute = () => console.log(`mute ${track.kind} ${String(track.muted)}`)
        track.onunmute = () => console.log(`unmute ${track.kind} ${String(track.muted)}`)
      }
    })
    expect(await ada.leaks()).toHaveLength(4)
    await ada.hardware.mute('cam-a')
    await ada.hardware.unmute('cam-a')
    await ada.hardware.unplug('mic-a')
    await expect
      .poll(() => ada.lines.slice(-6).map((line) => line.replace('log: ', '')))
      .toEqual([
        'mute video true',
        'mute video true',
        'unmute video false',
        'unmute video false',
        'ended audio',
        'ended audio',
      ])
    expect(await ada.leaks()).toHaveLength(2)
    await ada.hardware.permit('camera', 'denied')
    await ada.holdsNothing()
    expect(await open(ada, { video: true })).toBe('NotAllowedError: Permission denied')
  })

  it('hide their names until a person allows them', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, {
      permissions: { microphone: 'prompt', camera: 'prompt' },
    })
    expect(await list(ada)).toEqual(['  ', '  ', '  '])
    await ada.page.evaluate(async () => {
      const status = await navigator.permissions.query({ name: 'microphone' as PermissionName })
      console.log(status.state)
      status.onchange = () => console.log(status.state)
    })
    const opened = open(ada, { audio: true, video: true })
    await expect.poll(() => ada.hardware.grant()).toBe(1)
    expect(await opened).toBe('default: Desk microphone, cam-a: Built-in camera')
    expect(await list(ada)).toHaveLength(5)
    expect(ada.lines.slice(-2)).toEqual(['log: prompt', 'log: granted'])
  })
})

describe('fake devices in a call', () => {
  it('differ in sound and colour, and are silent when they are muted', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, { devices: [micA, camA] }),
      stage.person(test, 'Bea', undefined, { devices: [micB, camB] }),
    ])
    await talk(ada, bea, 'video')
    await hearsTone(ada, micB.hz ?? 0)
    await hearsTone(bea, micA.hz ?? 0)
    await seesColour(ada, 'blue')
    await seesColour(bea, 'red')
    await ada.hardware.mute('mic-a')
    await fallsSilent(bea)
    await isSilent(bea, 500)
    await ada.hardware.unmute('mic-a')
    await isHeard(bea)
    expect(await line(ada, 'camera')).toMatchObject({
      kind: 'camera',
      currentDirection: 'sendrecv',
      track: { kind: 'video', readyState: 'live', device: 'cam-a' },
    })
    await hangUp(ada, bea)
  })
})

describe('a fake screen', () => {
  it('is shared, cancelled, and stopped from the bar', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, {})
    const share = () =>
      ada.page.evaluate(() =>
        navigator.mediaDevices.getDisplayMedia({ video: true }).then(
          (stream) => {
            const [track] = stream.getTracks()
            track?.addEventListener('ended', () => console.log('ended by the bar'))
            return track?.readyState
          },
          ({ name, message }: DOMException) => `${name}: ${message}`,
        ),
      )
    expect(await share()).toBe('live')
    expect(await ada.tracks()).toMatchObject([{ source: 'screen', live: true }])
    await ada.screen.stopFromTheBar()
    await ada.holdsNothing()
    expect(ada.lines.at(-1)).toBe('log: ended by the bar')
    await ada.screen.script(waits)
    const cancelled = share()
    await expect.poll(() => ada.screen.cancel()).toBe(1)
    expect(await cancelled).toBe('NotAllowedError: Permission denied')
  })
})

describe('a hidden tab', () => {
  it('has timers that fire in rounds, and no frames', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, {})
    const told = await ada.page.evaluate(async () => {
      window.parleyKit.tab.hide(700)
      const begun = performance.now()
      requestAnimationFrame(() => console.log('frame'))
      const fired = await new Promise<number>((resolve) =>
        setTimeout(() => resolve(performance.now() - begun), 10),
      )
      return { fired, hidden: document.hidden, state: document.visibilityState }
    })
    expect(told).toMatchObject({ hidden: true, state: 'hidden' })
    expect(told.fired).toBeGreaterThan(300)
    expect(ada.lines).not.toContain('log: frame')
    await ada.tab.show()
    await expect.poll(() => ada.lines).toContain('log: frame')
  })
})
