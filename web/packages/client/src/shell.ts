// What the parts of the shell have in common: where they report to, and where they log.
import type { LogLevel, PhoneEvent } from './generated/phone'

export type Shell = {
  /** Queues an event for the core; never runs it inside another. */
  report(event: PhoneEvent): void
  log(level: LogLevel, text: string): void
  /** Something an interface may draw has changed that is not part of the view. */
  changed(): void
}
