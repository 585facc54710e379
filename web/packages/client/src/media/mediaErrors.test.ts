import { describe, expect, it } from 'vitest'
import { callView, FakePlatform } from '../testing'
import { coreIsBuilt, readCore } from '../../test/realCore'
import { createCore } from '../core'
import type { MediaRequestId, PhoneEvent } from '../generated/phone'
import { accessTo, classify, describeFailure, type Failure } from './mediaErrors'

const no = 'NotAllowedError'

/** Every rule: the code for a microphone or camera, and the failure that leads to it. */
const table: readonly (readonly [meaning: string, failure: Partial<Failure>])[] = [
  ['denied', { name: no }],
  ['denied', { name: no, message: 'Permission denied', permission: 'denied' }],
  ['denied', { name: 'PermissionDeniedError', permission: 'granted' }],
  ['dismissed', { name: no, message: 'Permission dismissed' }],
  ['dismissed', { name: no, message: 'Permission dismissed', permission: 'denied' }],
  ['dismissed', { name: no, message: 'Permission denied', permission: 'prompt' }],
  ['blocked', { name: no, message: 'Permission denied', permission: 'blocked' }],
  ['blocked', { name: 'SecurityError' }],
  ['system-denied', { name: no, message: 'Permission denied by system', permission: 'granted' }],
  ['system-denied', { name: no, message: 'Denied by the System', permission: 'prompt' }],
  ['missing', { name: 'NotFoundError' }],
  ['missing', { name: 'DevicesNotFoundError' }],
  ['missing', { name: 'OverconstrainedError', constraint: 'deviceId' }],
  ['missing', { name: 'ConstraintNotSatisfiedError', constraint: 'groupId' }],
  ['unsuitable', { name: 'OverconstrainedError', constraint: 'width' }],
  ['unsuitable', { name: 'OverconstrainedError' }],
  ['busy', { name: 'NotReadableError', message: 'Could not start video source' }],
  ['busy', { name: 'NotReadableError', message: 'Failed to allocate audiosource' }],
  ['busy', { name: 'TrackStartError' }],
  ['busy', { name: 'AbortError' }],
  ['failed', { name: 'InvalidStateError' }],
  ['failed', { name: 'NotSupportedError' }],
  ['failed', { name: 'TypeError', permission: 'denied' }],
  ['failed', { name: 'toString' }],
  ['failed', { name: '' }],
]

const whole = (failure: Partial<Failure>): Failure => ({ name: '', message: '', ...failure })

describe('a device that can not be opened', () => {
  it.each(table)('is %s: %o', (meaning, failure) => {
    expect(classify('microphone', whole(failure))).toBe(`device/microphone-${meaning}`)
    expect(classify('camera', whole(failure))).toBe(`device/camera-${meaning}`)
  })

  it('can be caused by the page', () => {
    const failure = whole({ name: 'InsecureContextError' })
    expect(classify('microphone', failure)).toBe('device/insecure-page')
    expect(classify('camera', failure)).toBe('device/insecure-page')
  })

  it('distinguishes an older browser’s error on an insecure page from an error in the code', async () => {
    const platform = new FakePlatform()
    const nameOf = async () =>
      (await describeFailure(platform, ['camera'], new TypeError('no'))).name
    expect(await nameOf()).toBe('TypeError')
    platform.isSecure = false
    expect(await nameOf()).toBe('InsecureContextError')
  })

  it('takes whatever is thrown', async () => {
    for (const thrown of [undefined, null, 'oh no', 7, { constraint: 7 }, { constraint: '' }]) {
      const failure = await describeFailure(new FakePlatform(), ['camera'], thrown)
      expect(failure.name).toBe('UnknownError')
      expect(failure).not.toHaveProperty('constraint')
    }
  })
})

describe.skipIf(!coreIsBuilt)('in a call of the real core, a device that can not be opened', () => {
  it.each(table)('is %s as well: %o', async (meaning, failure) => {
    const { microphone } = await callWithout({ microphone: whole(failure) })
    expect(microphone.problem).toBe(`device/microphone-${meaning}`)
    const { camera } = await callWithout({ camera: whole(failure) })
    expect(camera.problem).toBe(`device/camera-${meaning}`)
  })
})

/** A call whose devices fail in the same way each time the core opens them. */
async function callWithout(failures: { microphone?: Failure; camera?: Failure }) {
  const core = await createCore(await WebAssembly.compile(readCore()), 1)
  const { call, peer } = callView()
  const events: PhoneEvent[] = [
    { type: 'signed_in', token: 't', device: call as never, client: 'test 1' },
    { type: 'dialed', call, callee: peer, kind: 'video' },
  ]
  let shown = callView()
  for (let event = events.shift(); event; event = events.shift()) {
    const answer = core.handle(event, 0)
    if (!answer.ok) throw new Error(answer.error)
    shown = answer.output.view?.calls[0] ?? shown
    for (const effect of answer.output.effects) {
      if (effect.type !== 'open_media') continue
      const { request, microphone, camera } = effect
      events.push(answerTo(request, [microphone && 'microphone', camera && 'camera']))
    }
  }
  core.destroy()
  return shown

  function answerTo(request: MediaRequestId, asked: (keyof typeof failures | undefined)[]) {
    const failing = asked.find((source) => source && failures[source])
    const failure = failing && failures[failing]
    return failure
      ? ({ type: 'media_failed', request, ...failure } as const)
      : ({ type: 'media_opened', request } as const)
  }
}

describe('access to several sources', () => {
  it.each([
    ['granted', 'prompt', 'prompt'],
    ['denied', 'prompt', 'denied'],
    ['denied', 'blocked', 'blocked'],
    [undefined, 'granted', 'granted'],
    [undefined, undefined, undefined],
  ] as const)('is the worst of them: %s and %s', async (microphone, camera, both) => {
    const platform = new FakePlatform()
    if (microphone) platform.access.microphone = microphone
    if (camera) platform.access.camera = camera
    expect(await accessTo(platform, ['microphone', 'camera'])).toBe(both)
    expect(platform.timers.size).toBe(0)
  })

  it('is unknown when the browser takes too long to answer', async () => {
    const platform = new FakePlatform()
    platform.queryPermission = () => new Promise(() => undefined)
    const answer = accessTo(platform, ['camera'])
    platform.advance(500)
    expect(await answer).toBeUndefined()
  })

  it('is unknown when the browser throws', async () => {
    const platform = new FakePlatform()
    platform.queryPermission = () => {
      throw new TypeError('no such thing')
    }
    expect(await accessTo(platform, ['camera'])).toBeUndefined()
  })
})
