// jsdom's media elements can't play. This file lets them play in a test.

type Undo = () => void

let users = 0
let undo: Undo | undefined

/** Makes media elements play without sound until all callers have called the returned function. */
export function playSilently(): Undo {
  users += 1
  undo ??= replace()
  let over = false
  return () => {
    if (over) return
    over = true
    users -= 1
    if (users > 0) return
    undo?.()
    undo = undefined
  }
}

function replace(): Undo {
  if (typeof HTMLMediaElement === 'undefined') return () => undefined
  const element = HTMLMediaElement.prototype
  const before = Object.getOwnPropertyDescriptors(element)
  const give = (name: 'play' | 'pause' | 'load', value: () => unknown) =>
    Object.defineProperty(element, name, { configurable: true, writable: true, value })
  give('play', () => Promise.resolve())
  give('pause', () => undefined)
  give('load', () => undefined)
  return () => {
    for (const name of ['play', 'pause', 'load'] as const) {
      Object.defineProperty(element, name, before[name])
    }
  }
}
