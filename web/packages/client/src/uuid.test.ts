import { describe, expect, it } from 'vitest'
import { isUuid, uuidV4, uuidV7 } from './uuid'

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}$/

describe('uuids', () => {
  it('carry their version and variant', () => {
    for (let i = 0; i < 200; ++i) {
      expect(shape.exec(uuidV4())?.[1]).toBe('4')
      expect(shape.exec(uuidV7())?.[1]).toBe('7')
      expect(shape.exec(uuidV4())?.[2]).toMatch(/[89ab]/)
      expect(shape.exec(uuidV7())?.[2]).toMatch(/[89ab]/)
    }
  })

  it('of version 7 begin with the 48-bit time (RFC 9562, A.6)', () => {
    expect(uuidV7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7/)
  })

  it('of version 7 sort by time across the 32-bit border', () => {
    const times = [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 1_900_000_000_000, 2 ** 48 - 1]
    const ids = times.map((time) => uuidV7(time))
    expect([...ids].sort()).toEqual(ids)
  })

  it('are distinguished from other texts', () => {
    expect(isUuid(uuidV4())).toBe(true)
    for (const text of ['', 'x', uuidV4() + '0', uuidV4().toUpperCase() + '-', `\n${uuidV4()}`]) {
      expect(isUuid(text)).toBe(false)
    }
  })

  it('are unique', () => {
    const ids = new Set(Array.from({ length: 1000 }, () => uuidV7(1)))
    expect(ids.size).toBe(1000)
  })
})
