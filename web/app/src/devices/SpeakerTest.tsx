import { TONE_SAMPLE_RATE, renderTone, type Devices } from '@parley/client'
import { Button, useStrings } from '@parley/react'
import { useEffect, useRef, useState } from 'react'

/** Plays the ringtone on the speaker that calls use. */
export function SpeakerTest({ devices }: { readonly devices: Devices | undefined }) {
  const { devices: words } = useStrings().app
  const element = useRef<HTMLAudioElement>(null)
  const stop = useRef<() => void>(null)
  const [playing, setPlaying] = useState(false)

  useEffect(() => () => stop.current?.(), [])

  const play = async () => {
    const player = element.current
    if (!devices || !player || typeof AudioContext !== 'function') return
    setPlaying(true)
    await devices.route(player)
    stop.current = playTone(player, () => {
      stop.current = null
      setPlaying(false)
    })
  }
  return (
    <>
      <Button icon="speaker" busy={playing} onPress={() => void play()}>
        {playing ? words.playingTone : words.playTone}
      </Button>
      <audio ref={element} />
    </>
  )
}

/** Plays one round of the ringtone. Returns a function that stops it. */
function playTone(player: HTMLAudioElement, onEnd: () => void): () => void {
  const context = new AudioContext()
  const samples = renderTone('ringtone')
  const buffer = context.createBuffer(1, samples.length, TONE_SAMPLE_RATE)
  buffer.copyToChannel(samples, 0)
  const source = context.createBufferSource()
  source.buffer = buffer
  const way = context.createMediaStreamDestination()
  source.connect(way)
  const end = () => {
    source.onended = null
    player.srcObject = null
    void context.close()
    onEnd()
  }
  source.onended = end
  player.srcObject = way.stream
  // A blocked player stays silent; the test ends all the same.
  player.play().catch(() => undefined)
  source.start()
  return end
}
