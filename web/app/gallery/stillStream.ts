/** The time between the first two frames; later frames follow more slowly. */
const FIRST_MS = 100
const LONGEST_MS = 2000

/**
 * Streams a canvas that does not change. A canvas streams only new frames, so it is drawn again,
 * less and less often.
 */
export function stillStream(
  width: number,
  height: number,
  draw: (pen: CanvasRenderingContext2D) => void,
): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d')
  const again = (delayMs: number) => {
    if (pen) draw(pen)
    setTimeout(() => again(Math.min(LONGEST_MS, delayMs * 1.5)), delayMs)
  }
  const stream = canvas.captureStream(5)
  again(FIRST_MS)
  return stream
}
