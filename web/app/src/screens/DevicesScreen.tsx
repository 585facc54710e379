import type { DeviceKind, ErrorCode } from '@parley/client'
import { Button, Problem, useDevices, useStrings } from '@parley/react'

import { CameraPreview } from '../devices/CameraPreview'
import { DeviceSelect } from '../devices/DeviceSelect'
import { LevelMeter } from '../devices/LevelMeter'
import { SpeakerTest } from '../devices/SpeakerTest'
import { useDeviceTest, type Probe } from '../devices/useDeviceTest'
import { hrefOf } from '../router'

/** Chooses microphone, camera and speaker, and tries them. Opens nothing before it is asked to. */
export function DevicesScreen() {
  const { devices: words } = useStrings().app
  const { devices, found, chosen, refresh } = useDevices()
  const microphone = useDeviceTest(devices, 'microphone', refresh)
  const camera = useDeviceTest(devices, 'camera', refresh)
  const tested = { microphone, camera }
  const tests = microphone.probe.phase !== 'off' || camera.probe.phase !== 'off'
  const opening = microphone.probe.phase === 'opening' || camera.probe.phase === 'opening'
  const named = [...found.microphone, ...found.camera].some(({ label }) => label !== '')

  const start = () => {
    // One after the other: two questions of the browser at once are one too many.
    void microphone.start().then((goesOn) => goesOn && camera.start())
  }
  const stop = () => {
    microphone.stop()
    camera.stop()
  }
  const choose = (kind: DeviceKind) => (id: string | undefined) => {
    devices?.choose(kind, id)
    if (kind !== 'speaker' && tested[kind].probe.phase !== 'off') void tested[kind].start()
  }
  const select = (kind: DeviceKind) => (
    <DeviceSelect kind={kind} found={found[kind]} chosen={chosen[kind]} onChoose={choose(kind)} />
  )

  return (
    <div className="devices">
      <p className="devices-lead">{words.lead}</p>
      <div className="devices-preview" data-shown={camera.probe.phase === 'on'}>
        {camera.probe.phase === 'on' && (
          <CameraPreview stream={camera.probe.stream} label={words.preview} />
        )}
        <Button look={tests ? 'plain' : 'primary'} busy={opening} onPress={tests ? stop : start}>
          {opening ? words.opening : tests ? words.stopTest : words.test}
        </Button>
      </div>
      <section className="device">
        {select('microphone')}
        {microphone.probe.phase === 'on' && (
          <>
            <LevelMeter stream={microphone.probe.stream} label={words.level} />
            <p className="setting-hint">{words.levelHint}</p>
          </>
        )}
        <Trouble probe={microphone.probe} onRetry={() => void microphone.start()} />
      </section>
      <section className="device">
        {select('camera')}
        <Trouble probe={camera.probe} onRetry={() => void camera.start()} />
      </section>
      <section className="device">
        {devices?.choosesSpeaker === false ? (
          <p className="setting-hint">{words.speakerFixed}</p>
        ) : (
          select('speaker')
        )}
        <div>
          <SpeakerTest devices={devices} />
        </div>
      </section>
      <p className="setting-hint">{named ? words.kept : words.namesLater}</p>
      <p>
        <a href={hrefOf('people')}>{words.back}</a>
      </p>
    </div>
  )
}

/** The same sentence as in a call; what to do about it may be something else. */
function Trouble({ probe, onRetry }: { readonly probe: Probe; readonly onRetry: () => void }) {
  const { cameraNextStep } = useStrings().app.devices
  if (probe.phase !== 'failed') return null
  const details: Partial<Record<ErrorCode, string>> = {
    'device/camera-missing': cameraNextStep.missing,
    'device/camera-failed': cameraNextStep.failed,
  }
  const { error } = probe
  return <Problem error={error} detail={details[error]} announce="alert" onRetry={onRetry} />
}
