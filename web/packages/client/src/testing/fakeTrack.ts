/** A track whose device the test controls. */
export class FakeTrack {
  enabled = true
  readyState: 'live' | 'ended' = 'live'
  /** Whether the system or a switch silences it. */
  muted = false
  settings: MediaTrackSettings = {}
  onended: (() => void) | null = null
  onmute: (() => void) | null = null
  onunmute: (() => void) | null = null
  readonly clones: FakeTrack[] = []
  /** The track of which this is a clone. */
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

  /** Removes the device; its clones end too. */
  vanishes(): void {
    this.readyState = 'ended'
    this.onended?.()
    for (const clone of this.clones) if (clone.readyState === 'live') clone.vanishes()
  }

  /** The system or a switch silences the device, or stops doing so. */
  silenced(silenced: boolean): void {
    this.muted = silenced
    if (silenced) this.onmute?.()
    else this.onunmute?.()
    for (const clone of this.clones) clone.silenced(silenced)
  }
}
