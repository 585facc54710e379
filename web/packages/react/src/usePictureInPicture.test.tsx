import { act, cleanup, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { usePictureInPicture } from './usePictureInPicture'

type Most = 'camera' | 'screen' | undefined

let inWindow: Element | null = null

/** Like a browser: one element at a time, and events that bubble. */
beforeEach(() => {
  inWindow = null
  const put = (element: Element | null) => {
    const last = inWindow
    inWindow = element
    last?.dispatchEvent(new Event('leavepictureinpicture', { bubbles: true }))
    element?.dispatchEvent(new Event('enterpictureinpicture', { bubbles: true }))
    return Promise.resolve()
  }
  const define = (target: object, name: string, value: PropertyDescriptor) =>
    Object.defineProperty(target, name, { configurable: true, ...value })
  define(document, 'pictureInPictureEnabled', { value: true })
  define(document, 'pictureInPictureElement', { get: () => inWindow })
  define(document, 'exitPictureInPicture', { value: vi.fn(() => put(null)) })
  define(HTMLVideoElement.prototype, 'requestPictureInPicture', {
    value: vi.fn(function (this: Element) {
      return put(this)
    }),
  })
})
afterEach(() => {
  cleanup()
  for (const name of [
    'pictureInPictureEnabled',
    'pictureInPictureElement',
    'exitPictureInPicture',
  ]) {
    Reflect.deleteProperty(document, name)
  }
  Reflect.deleteProperty(HTMLVideoElement.prototype, 'requestPictureInPicture')
})

function Pictures({ most }: { most: Most }) {
  const camera = useRef<HTMLVideoElement>(null)
  const shared = useRef<HTMLVideoElement>(null)
  const { out, setOut } = usePictureInPicture(camera, shared, most)
  return (
    <>
      <video ref={camera} data-testid="camera" />
      <video ref={shared} data-testid="screen" />
      {out !== undefined && <button onClick={() => setOut(!out)}>{out ? 'back' : 'out'}</button>}
    </>
  )
}

const show = (most: Most) => render(<Pictures most={most} />)
const press = (name: string) => act(async () => screen.getByRole('button', { name }).click())
const button = () => screen.queryByRole('button')?.textContent

describe('picture in picture', () => {
  it('opens and closes the window', async () => {
    show('camera')
    await press('out')
    expect(inWindow).toBe(screen.getByTestId('camera'))
    await press('back')
    expect(inWindow).toBeNull()
    expect(button()).toBe('out')
  })

  it('knows when the person closes the window', async () => {
    show('camera')
    await press('out')
    await act(async () => document.exitPictureInPicture())
    expect(button()).toBe('out')
  })

  it('shows a shared screen instead of the camera, and the camera again afterwards', async () => {
    const { rerender } = show('camera')
    await press('out')
    await act(async () => rerender(<Pictures most="screen" />))
    expect(inWindow).toBe(screen.getByTestId('screen'))
    expect(button()).toBe('back')
    await act(async () => rerender(<Pictures most="camera" />))
    expect(inWindow).toBe(screen.getByTestId('camera'))
  })

  it('closes when there is no picture', async () => {
    const { rerender } = show('camera')
    await press('out')
    await act(async () => rerender(<Pictures most={undefined} />))
    expect(inWindow).toBeNull()
    expect(button()).toBeUndefined()
  })

  it('closes with the call', async () => {
    const { unmount } = show('camera')
    await press('out')
    unmount()
    expect(inWindow).toBeNull()
  })

  it('does not close the window of another element', async () => {
    const other = document.body.appendChild(document.createElement('video'))
    const { unmount } = show('camera')
    await act(async () => other.requestPictureInPicture())
    expect(button()).toBe('out')
    unmount()
    expect(inWindow).toBe(other)
    other.remove()
  })

  it('is not offered without browser support or without a picture', () => {
    show(undefined)
    expect(button()).toBeUndefined()
    cleanup()
    Object.defineProperty(document, 'pictureInPictureEnabled', { value: false, configurable: true })
    show('camera')
    expect(button()).toBeUndefined()
  })

  it('stays closed if the browser refuses', async () => {
    vi.mocked(HTMLVideoElement.prototype.requestPictureInPicture).mockRejectedValue(
      new DOMException('', 'NotAllowedError'),
    )
    show('camera')
    await press('out')
    expect(button()).toBe('out')
  })
})
