import { useState } from 'react'

import { useStrings } from '../../strings/StringsContext'
import { Icon } from '../elements/Icon'

/** A rating of a call. */
export type Rating = 'good' | 'bad'

export type CallRatingProps = {
  readonly rating: Rating | undefined
  readonly onRate: (rating: Rating) => void
}

const ratings = ['good', 'bad'] as const

/** Asks for a rating of a call with one press. A press on the other answer changes it. */
export function CallRating({ rating, onRate }: CallRatingProps) {
  const { rating: words } = useStrings().call
  return (
    <div className="parley-rating" role="group" aria-label={words.question}>
      <p className="parley-rating-words" role="status">
        {rating === undefined ? words.question : words.thanks}
      </p>
      <div className="parley-rating-answers">
        {ratings.map((one) => (
          <button
            key={one}
            type="button"
            className="parley-rating-answer"
            aria-pressed={rating === one}
            onClick={() => {
              if (rating !== one) onRate(one)
            }}
          >
            <Icon name={one} />
            <span>{words[one]}</span>
          </button>
        ))}
      </div>
    </div>
  )
}

/** Keeps the rating while the call is shown, and passes each new one on. */
export function useRating(onRate: ((rating: Rating) => void) | undefined) {
  const [rating, setRating] = useState<Rating>()
  const rate = (next: Rating) => {
    setRating(next)
    onRate?.(next)
  }
  return { rating, rate }
}
