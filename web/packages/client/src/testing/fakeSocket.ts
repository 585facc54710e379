/** A socket whose other end is the test or the test's server. */
export class FakeSocket {
  readyState = 0
  readonly sent: string[] = []
  onopen: (() => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onerror: (() => void) | null = null
  /** Called with each sent text, for the other end. */
  onsent: ((text: string) => void) | null = null

  send(text: string): void {
    this.sent.push(text)
    this.onsent?.(text)
  }

  close(): void {
    this.readyState = 2
  }

  /** Actions of the other end. */
  opens(): void {
    this.readyState = 1
    this.onopen?.()
  }

  receives(data: unknown): void {
    this.onmessage?.({ data })
  }

  closes(code: number): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}
