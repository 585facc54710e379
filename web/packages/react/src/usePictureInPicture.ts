import { useEffect, useState, type RefObject } from 'react'

type PictureRef = RefObject<HTMLVideoElement | null>

export type PictureInPicture = {
  /** Whether a picture is in a window of its own; nothing where none could be put there. */
  readonly out: boolean | undefined
  /** Puts it there, to be called from a click, or takes it back. */
  readonly setOut: (out: boolean) => void
}

/**
 * Puts the picture that matters most into a window above all others. When another one matters more, that
 * takes its place; when there is none any more, the window closes.
 */
export function usePictureInPicture(
  camera: PictureRef,
  screen: PictureRef,
  most: 'camera' | 'screen' | undefined,
): PictureInPicture {
  const [out, setOut] = useState(false)

  useEffect(() => {
    const isOurs = () => {
      const { pictureInPictureElement: element } = document
      return element != null && (element === camera.current || element === screen.current)
    }
    const look = () => setOut(isOurs())
    document.addEventListener('enterpictureinpicture', look)
    document.addEventListener('leavepictureinpicture', look)
    return () => {
      document.removeEventListener('enterpictureinpicture', look)
      document.removeEventListener('leavepictureinpicture', look)
    }
  }, [camera, screen])

  useEffect(() => {
    if (!out) return
    const element = most && { camera, screen }[most].current
    if (!element) leave()
    // While a window is open no other gesture is needed.
    else if (element !== document.pictureInPictureElement) enter(element)
  }, [out, most, camera, screen])

  // The window must not outlive the call.
  useEffect(() => (out ? leave : undefined), [out])

  const possible = (document as Partial<Document>).pictureInPictureEnabled === true
  return {
    out: possible && (out || most !== undefined) ? out : undefined,
    setOut: (next) => {
      const element = most && { camera, screen }[most].current
      if (!next) leave()
      else if (element) enter(element)
    },
  }
}

function enter(element: HTMLVideoElement): void {
  // The browser may have its reasons; the picture stays where it is.
  element.requestPictureInPicture().catch(() => undefined)
}

function leave(): void {
  if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => undefined)
}
