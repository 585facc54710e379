// Delays the start of sound, as a sleeping device or a loading file does.

/** Runs in the page before the app. */
export function installSound(): void {
  const later = window.setTimeout.bind(window)
  let delayMs = 0
  const wait = async () => new Promise((resolve) => later(resolve, delayMs))

  window.AudioContext = class extends AudioContext {
    #starts = 0

    constructor(options?: AudioContextOptions) {
      super(options)
      if (delayMs > 0) void super.suspend().then(async () => this.resume())
    }
    override async resume(): Promise<void> {
      const start = ++this.#starts
      if (delayMs > 0) await wait()
      // The context may be suspended or closed by now, which has priority.
      if (start === this.#starts && this.state !== 'closed') await super.resume()
    }
    override async suspend(): Promise<void> {
      this.#starts += 1
      await super.suspend()
    }
    override async close(): Promise<void> {
      this.#starts += 1
      await super.close()
    }
  }

  const { play } = HTMLMediaElement.prototype
  HTMLMediaElement.prototype.play = async function () {
    if (delayMs > 0) await wait()
    await play.call(this)
  }

  window.parleyKit.sound = {
    delay(ms) {
      delayMs = ms
    },
  }
}
