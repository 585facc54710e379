import { useStrings } from '../../strings/StringsContext'
import { usePhone } from '../../parleyContext'
import { Button } from '../elements/Button'

/** How long the download's URL stays valid; browsers begin the download within this time. */
const DOWNLOAD_BEGINS_MS = 10_000

/**
 * A button that saves the call trace of the phone for a bug report, see docs/reporting-a-bug.md.
 * Shows nothing while the phone loads.
 */
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

/** A file name like "parley-trace-2026-03-09-081502.jsonl", in local time. */
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
