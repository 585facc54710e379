import type { UserId } from './generated/wire'

/** Takes a text for a user name. The core and the server check it, and fold it to lower case. */
export function userId(text: string): UserId {
  return text as UserId
}
