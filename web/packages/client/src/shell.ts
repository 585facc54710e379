// How the parts of the shell report events and write to the log.
import type { LogLevel, PhoneEvent } from './generated/phone'

export type Shell = {
  /** Queues an event for the core; never runs it inside another event. */
  report(event: PhoneEvent): void
  log(level: LogLevel, text: string): void
  /** A part of the snapshot that is not in the view has changed. */
  changed(): void
}
