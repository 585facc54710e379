/** A track whose device does what the test says. */
export class FakeTrack {
  enabled = true
  readyState: 'live' | 'ended' = 'live'
  /** Silenced from outside of the page. */
  muted = false
  settings: MediaTrackSettings = {}
  onended: (() => void) | null = null
  onmute: (() => void) | null = null
  onunmute: (() => void) | null = null
  readonly clones: FakeTrack[] = []
  /** What it is a clone of. */
  from: FakeTrack | undefined
  readonly kind: 'audio' | 'video'
  readonly id: string

  constructor(kind: 'audio' | 'video', id = 'track') {
    this.kind = kind
    this.id = id
  }

  getSettings(): MediaTrackSettings {
    return this.settings
  }

  clone(): FakeTrack {
    const clone = new FakeTrack(this.kind, `clone of ${this.id}`)
    clone.enabled = this.enabled
    clone.readyState = this.readyState
    clone.muted = this.muted
    clone.settings = this.settings
    clone.from = this
    this.clones.push(clone)
    return clone
  }

  stop(): void {
    this.readyState = 'ended'
  }

  /** The device goes away by itself, for the clones as well. */
  vanishes(): void {
    this.readyState = 'ended'
    this.onended?.()
    for (const clone of this.clones) if (clone.readyState === 'live') clone.vanishes()
  }

  /** A switch outside of the page, or the system, lets nothing through, or does again. */
  silenced(silenced: boolean): void {
    this.muted = silenced
    if (silenced) this.onmute?.()
    else this.onunmute?.()
    for (const clone of this.clones) clone.silenced(silenced)
  }
}
