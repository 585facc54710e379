import { useState, type SyntheticEvent } from 'react'

/** How much of a picture may be cut off to fill the stage; faces are rarely in the outer sixths. */
const MOST_CUT_OFF = 0.36

export type Fit = 'cover' | 'contain'

/** Fills the stage with a picture of about its shape, and shows one of another shape whole. */
export function usePictureFit() {
  const [fit, setFit] = useState<Fit>('cover')
  const measure = ({ currentTarget: video }: SyntheticEvent<HTMLVideoElement>) => {
    const { videoWidth, videoHeight, clientWidth, clientHeight } = video
    setFit(fitOf(videoWidth / videoHeight, clientWidth / clientHeight))
  }
  return { fit, measure }
}

/** Takes width by height of the picture and of the place for it. */
export function fitOf(picture: number, place: number): Fit {
  const seen = Math.min(picture, place) / Math.max(picture, place)
  return 1 - seen > MOST_CUT_OFF ? 'contain' : 'cover'
}
