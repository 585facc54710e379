import type { CallView } from '@parley/client'
import { useRef, useState, type RefObject, type SyntheticEvent } from 'react'

import { usePictureFit, type Fit } from './usePictureFit'
import { isHeld, isLive } from '../words/wording'

/** The content of the stage. */
export type StageView = 'words' | 'camera' | 'screen'

export type StagePicture = {
  /** Whether the other side sends this picture. */
  readonly shown: boolean
  readonly ref: RefObject<HTMLVideoElement | null>
  /** Event handlers for the video element. */
  readonly handlers: {
    readonly onLoadedData: (event: SyntheticEvent<HTMLVideoElement>) => void
    readonly onEmptied: () => void
  }
}

export type StagePictures = {
  readonly view: StageView
  readonly camera: StagePicture & {
    readonly fit: Fit
    readonly measure: (event: SyntheticEvent<HTMLVideoElement>) => void
  }
  readonly screen: StagePicture
}

/**
 * Decides which picture of the other side fills the stage. A picture is shown from its first frame
 * on; until then the stage shows the name.
 */
export function useStagePictures(call: CallView): StagePictures {
  const { fit, measure } = usePictureFit()
  const camera = usePicture(sends(call) && call.peer_status?.camera === 'on')
  const screen = usePicture(sends(call) && call.peer_status?.sharing === true)
  const view = screen.arrived ? 'screen' : camera.arrived ? 'camera' : 'words'
  return { view, camera: { ...camera, fit, measure }, screen }
}

function usePicture(shown: boolean): StagePicture & { readonly arrived: boolean } {
  const ref = useRef<HTMLVideoElement>(null)
  const [loaded, setLoaded] = useState(false)
  const handlers = { onLoadedData: () => setLoaded(true), onEmptied: () => setLoaded(false) }
  return { shown, arrived: shown && loaded, ref, handlers }
}

function sends(call: CallView): boolean {
  return call.connection !== undefined && isLive(call) && !isHeld(call)
}
