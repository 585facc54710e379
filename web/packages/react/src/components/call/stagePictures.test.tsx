import { Parley, type CallView, type LegStatus, type MediaRequestId } from '@parley/client'
import { legStatus, sourceView } from '@parley/client/testing'
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { liveCall, renderWithPhone } from '../../../test/phone'
import { CallModals } from './CallModals'

beforeEach(() => {
  const stream = (id: string) => ({ id, getTracks: () => [] }) as unknown as MediaStream
  const [camera, shared, own] = [stream('camera'), stream('screen'), stream('own')]
  vi.spyOn(Parley.prototype, 'remoteStream').mockReturnValue(camera)
  vi.spyOn(Parley.prototype, 'remoteScreen').mockReturnValue(shared)
  vi.spyOn(Parley.prototype, 'localPicture').mockReturnValue(own)
  // jsdom has no streams.
  const held = new WeakMap<object, unknown>()
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get(this: object) {
      return held.get(this) ?? null
    },
    set(this: object, value: unknown) {
      held.set(this, value)
    },
  })
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const stage = () => screen.getByRole('dialog').dataset
const camera = () => document.querySelector<HTMLVideoElement>('.parley-remote-video')!
const shared = () => document.querySelector<HTMLVideoElement>('.parley-screen-video')!
const firstFrameOf = (element: HTMLElement) => fireEvent(element, new Event('loadeddata'))
const call = (status: Partial<LegStatus> = {}, change: Partial<CallView> = {}) =>
  liveCall({ kind: 'video', peer_status: legStatus({ camera: 'on', ...status }), ...change })

describe("the other side's camera", () => {
  it('is shown only while it is sent', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    const pictureOf = (shown: CallView) => {
      showCalls(shown)
      return stage().picture
    }
    expect(pictureOf(call())).toBe('on')
    expect(pictureOf(call({ camera: 'off' }))).toBe('off')
    expect(pictureOf(call({ camera: 'silenced' }))).toBe('off')
    expect(pictureOf(call({}, { held: true }))).toBe('off')
    expect(pictureOf(call({}, { phase: 'connecting' }))).toBe('off')
  })

  it('fills the stage from its first frame on, and leaves no frame behind', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(call())
    expect(stage().view).toBe('words')
    firstFrameOf(camera())
    expect(stage().view).toBe('camera')
    showCalls(call({ camera: 'off' }))
    expect(stage().view).toBe('words')
    expect(camera().srcObject).toBeNull()
    // An emptied element waits for a new frame.
    fireEvent(camera(), new Event('emptied'))
    showCalls(call())
    expect(stage().view).toBe('words')
    expect(camera().srcObject).not.toBeNull()
  })
})

describe("the other side's screen", () => {
  it('fills the stage, and makes the camera a small picture', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(call())
    firstFrameOf(camera())
    showCalls(call({ sharing: true }))
    expect(stage().view).toBe('camera')
    firstFrameOf(shared())
    expect(stage()).toMatchObject({ view: 'screen', picture: 'on' })
    expect(shared().getAttribute('aria-label')).toBe('Screen of Bea Moreau')
    expect(shared().getAttribute('aria-hidden')).toBe('false')
    expect(document.querySelector('.parley-remote .parley-avatar')).toBeNull()
  })

  it('has an avatar beside it while the camera is off', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(call({ sharing: true, camera: 'off' }))
    firstFrameOf(shared())
    expect(document.querySelector('.parley-remote .parley-avatar')?.textContent).toBe('BM')
  })

  it('leaves the stage as soon as it ends', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(call({ sharing: true }))
    firstFrameOf(camera())
    firstFrameOf(shared())
    showCalls(call({ sharing: false }))
    expect(stage().view).toBe('camera')
    expect(shared().srcObject).toBeNull()
  })

  it('is not shown while the call is on hold', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    showCalls(call({ sharing: true, held: true }))
    expect(shared().srcObject).toBeNull()
    expect(stage().view).toBe('words')
  })
})

describe('the own screen', () => {
  it('does not replace the own camera', () => {
    const { showCalls } = renderWithPhone(<CallModals />)
    const own = { camera: 1 as MediaRequestId, screen: 2 as MediaRequestId }
    showCalls(
      call(
        {},
        {
          camera: sourceView({ request: own.camera }),
          screen: sourceView({ request: own.screen }),
        },
      ),
    )
    const asked = vi.mocked(Parley.prototype.localPicture).mock.calls.map(([request]) => request)
    expect(new Set(asked)).toEqual(new Set([own.camera, own.screen]))
    expect(screen.getByRole('img', { name: 'Your picture' }).querySelector('video')).not.toBeNull()
    // Only cameras are mirrored.
    expect(screen.getByLabelText('Your screen').className).toBe('parley-sharing-picture')
  })
})
