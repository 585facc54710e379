import { useStrings } from '../../strings/StringsContext'
import { usePhone } from '../../parleyContext'
import { Button } from '../elements/Button'

/** Time for a browser to begin the download before what it downloads is given back. */
const DOWNLOAD_BEGINS_MS = 10_000

/** Saves what a report of a bug needs to the person's downloads: docs/reporting-a-bug.md. */
export function SaveTraceButton() {
  const { call: strings } = useStrings()
  const phone = usePhone()
  if (!phone) return null
  return (
    <Button look="quiet" onPress={() => save(nameOf(new Date()), phone.callTrace())}>
      {strings.saveTrace}
    </Button>
  )
}

/** "parley-trace-2026-03-09-081502.jsonl", in the time of the clock on the wall. */
function nameOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('')
  return `parley-trace-${day}-${time}.jsonl`
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_BEGINS_MS)
}
