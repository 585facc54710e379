import { useEffect, useState, type RefObject } from 'react'

type PictureRef = RefObject<HTMLVideoElement | null>

export type PictureInPicture = {
  /** Whether a picture is in its own window; undefined if this is not possible. */
  readonly out: boolean | undefined
  /** Opens the window, from within a click, or closes it. */
  readonly setOut: (out: boolean) => void
}

/**
 * Shows the most important picture in a window above all others. When another picture becomes more
 * important, it replaces the first; without a picture the window closes.
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
    // An open window can change its picture without a new gesture.
    else if (element !== document.pictureInPictureElement) enter(element)
  }, [out, most, camera, screen])

  // The window must close with the call.
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
  // If the browser refuses, the picture stays in the page.
  element.requestPictureInPicture().catch(() => undefined)
}

function leave(): void {
  if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => undefined)
}
