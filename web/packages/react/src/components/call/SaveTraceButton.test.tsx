import { screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'

import { renderWithPhone } from '../../../test/phone'
import { SaveTraceButton } from './SaveTraceButton'

afterEach(() => vi.restoreAllMocks())

it('saves the trace of the phone with the time in its file name', async () => {
  let saved: Blob | undefined
  let name = ''
  URL.createObjectURL = vi.fn((blob: Blob) => {
    saved = blob
    return 'blob:trace'
  })
  URL.revokeObjectURL = vi.fn()
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    name = this.download
  })
  const { user, parley } = renderWithPhone(<SaveTraceButton />)
  await user.click(screen.getByRole('button', { name: 'Save call trace' }))
  expect(name).toMatch(/^parley-trace-\d{4}-\d\d-\d\d-\d{6}\.jsonl$/)
  expect(saved?.size).toBe(new Blob([parley.callTrace()]).size)
  expect(parley.callTrace()).toContain('"parley_trace":1')
})
