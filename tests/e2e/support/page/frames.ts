// Records what every frame of a page shows, to find a wrong state that lasts only a moment.
import type { Watched } from './types'

/** Runs in the page before the app. */
export function installFrames(): void {
  const onFrame = window.requestAnimationFrame.bind(window)
  let watched: Watched = {}
  let seen: Record<string, string>[] = []
  let running = false

  const read = ({ selector, attribute, text, colour }: Watched[string]): string => {
    const element = document.querySelector<HTMLElement>(selector)
    if (!element) return ''
    if (attribute !== undefined) return element.getAttribute(attribute) ?? ''
    if (colour === true) return window.parleyKit.rtp.colour(selector) ?? ''
    const words = element.innerText
    return text === undefined ? words : words.includes(text) ? text : ''
  }
  const look = () => {
    if (!running) return
    const now = Object.fromEntries(
      Object.entries(watched).map(([name, what]) => [name, read(what)]),
    )
    if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now)
    onFrame(look)
  }

  window.parleyKit.frames = {
    watch(what) {
      watched = what
      seen = []
      if (running) return
      running = true
      look()
    },
    async seen() {
      // The pending check runs first in the same frame.
      if (running) await new Promise((next) => onFrame(next))
      running = false
      return seen
    },
  }
}
