import { useState, type SyntheticEvent } from 'react'

/**
 * The largest share of a picture that may be cut off to fill the stage; faces are rarely near the
 * edge.
 */
const MOST_CUT_OFF = 0.36

export type Fit = 'cover' | 'contain'

/** Fills the stage with a picture of a similar shape, and shows any other picture whole. */
export function usePictureFit() {
  const [fit, setFit] = useState<Fit>('cover')
  const measure = ({ currentTarget: video }: SyntheticEvent<HTMLVideoElement>) => {
    const { videoWidth, videoHeight, clientWidth, clientHeight } = video
    setFit(fitOf(videoWidth / videoHeight, clientWidth / clientHeight))
  }
  return { fit, measure }
}

/** Takes the aspect ratios (width / height) of the picture and of its place. */
export function fitOf(picture: number, place: number): Fit {
  const seen = Math.min(picture, place) / Math.max(picture, place)
  return 1 - seen > MOST_CUT_OFF ? 'contain' : 'cover'
}
