import { errors, type CaptureKind, type DeviceKind, type ErrorCode } from '@parley/client'
import { Button, Note, Problem, useDevices, useStrings, type IconName } from '@parley/react'

import { CameraPreview } from '../devices/CameraPreview'
import { DeviceSelect } from '../devices/DeviceSelect'
import { LevelMeter } from '../devices/LevelMeter'
import { SpeakerTest } from '../devices/SpeakerTest'
import { useDeviceTest, type Probe } from '../devices/useDeviceTest'
import { hrefOf } from '../router'
import { Empty } from './parts'

/** Chooses and tests microphone, camera and speaker. Opens no device before a press. */
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
    // One after the other, so that only one permission prompt is open.
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
  /** No select without devices. */
  const selectIfAny = (kind: CaptureKind) =>
    found[kind].length === 0 && isMissing(tested[kind].probe) ? (
      <div role="alert">
        <Empty icon={icons[kind]} {...words.none[kind]} />
      </div>
    ) : (
      <>
        {select(kind)}
        <Trouble kind={kind} probe={tested[kind].probe} onRetry={() => void tested[kind].start()} />
      </>
    )

  return (
    <div className="devices">
      <p className="devices-lead">{words.lead}</p>
      <div className="devices-preview" data-shown={camera.probe.phase === 'on'}>
        {camera.probe.phase === 'on' && (
          <CameraPreview stream={camera.probe.stream} label={words.preview} />
        )}
        <Button
          look={tests ? 'plain' : 'primary'}
          disabled={devices === undefined}
          busy={opening}
          onPress={tests ? stop : start}
        >
          {opening ? words.opening : tests ? words.stopTest : words.test}
        </Button>
      </div>
      <section className="device">
        {selectIfAny('microphone')}
        {microphone.probe.phase === 'on' && (
          <>
            <LevelMeter stream={microphone.probe.stream} label={words.level} />
            <p className="setting-hint">{words.levelHint}</p>
          </>
        )}
      </section>
      <section className="device">{selectIfAny('camera')}</section>
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

const icons: Readonly<Record<CaptureKind, IconName>> = {
  microphone: 'microphoneOff',
  camera: 'videoOff',
}

function isMissing(probe: Probe): boolean {
  return probe.phase === 'failed' && probe.error.endsWith('-missing')
}

type TroubleProps = {
  readonly kind: CaptureKind
  readonly probe: Probe
  readonly onRetry: () => void
}

/** The sentence is the same as in a call; the next step may differ. */
function Trouble({ kind, probe, onRetry }: TroubleProps) {
  const { app, call } = useStrings()
  const details: Partial<Record<ErrorCode, string>> = app.devices.nextStep
  switch (probe.phase) {
    case 'off':
      return null
    case 'opening':
      return probe.asking ? (
        <Note
          icon={kind === 'microphone' ? 'microphone' : 'video'}
          announce="alert"
          title={call.asking[kind]}
          detail={call.askingDetail}
        />
      ) : null
    case 'on':
      return probe.silenced ? <Problem error={`device/${kind}-silenced`} announce="alert" /> : null
    case 'failed':
      return (
        <Problem
          error={probe.error}
          detail={details[probe.error]}
          announce="alert"
          onRetry={errors[probe.error].retry === 'never' ? undefined : onRetry}
        />
      )
  }
}
