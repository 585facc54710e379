import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { classify, troubles } from './mediaErrors'

const core = join(import.meta.dirname, '..', '..', '..', '..', 'core', 'media', 'sources.cpp')

describe('a device that can not be opened', () => {
  it('means the same in a call and outside of one', () => {
    const rows = [
      ...readFileSync(core, 'utf8').matchAll(/Row\{"(\w+)", Error::(\w+), Error::(\w+)\}/g),
    ]
    const code = (name: string) => `device/${name.replace('_', '-')}`
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(troubles).sort())
    for (const [, name, microphone, camera] of rows) {
      expect(classify('audio', name!)).toBe(code(microphone!))
      expect(classify('video', name!)).toBe(code(camera!))
    }
  })

  it.each(['HardwareError', 'toString', ''])('may fail for a reason without a name: %s', (name) => {
    expect(classify('audio', name)).toBe('device/microphone-failed')
    expect(classify('video', name)).toBe('device/camera-failed')
  })
})
