// A screen to share: the picker, the picture, and the browser's own bar that ends it.

/** Runs in the page before the app. */
export function installScreen(): void {
  const { requests } = window.parleyKit
  const every = window.setInterval.bind(window)
  const WIDTH = 320
  const HEIGHT = 180
  const shared = new Set<() => Promise<void>>()

  const open = () => {
    const track = new window.MediaStreamTrackGenerator<VideoFrame>({ kind: 'video' })
    const writer = track.writable.getWriter()
    const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
    const pen = canvas.getContext('2d')
    let at = 0
    const draw = async () => {
      if (!pen) return
      pen.fillStyle = 'green'
      pen.fillRect(0, 0, WIDTH, HEIGHT)
      pen.fillStyle = 'white'
      at = (at + 8) % WIDTH
      pen.fillRect(at, 0, 16, 16)
      await writer.write(new VideoFrame(canvas, { timestamp: performance.now() * 1000 }))
    }
    const end = async () => {
      clearInterval(timer)
      shared.delete(end)
      await writer.close().catch(() => undefined)
    }
    const timer = every(() => void draw().catch(end), 100)
    shared.add(end)
    return new MediaStream([track])
  }

  navigator.mediaDevices.getDisplayMedia = (constraints = {}) => {
    const check = () => {
      if (navigator.userActivation.isActive) return false
      throw requests.fault('InvalidStateError', 'getDisplayMedia() requires a user gesture')
    }
    const request = { source: 'screen', constraints: structuredClone(constraints) } as const
    return requests.run(request, [['screen']], check, () => Promise.resolve(open()))
  }

  window.parleyKit.screen = {
    async stop() {
      await Promise.all([...shared].map(async (end) => end()))
    },
    answer(answer) {
      return answer === 'share'
        ? requests.settle('screen')
        : requests.settle('screen', 'NotAllowedError', 'Permission denied')
    },
  }
}
