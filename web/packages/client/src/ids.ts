import type { UserId } from './generated/wire'

/**
 * Turns a text into a `UserId` without checking it. The core and the server check it and change it
 * to lower case.
 */
export function userId(text: string): UserId {
  return text as UserId
}
