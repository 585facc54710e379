import { describe, expect, it } from 'vitest'

import { turnsBy } from './tabTurn'

describe('several tabs', () => {
  it('take turns to ring', async () => {
    const { tab, heard } = browser()
    const first = tab('a')
    const second = tab('b')
    await settled()
    expect(heard).toEqual(['a'])
    first()
    await settled()
    expect(heard).toEqual(['a', 'b'])
    second()
  })

  it('let the tab with a call go first', async () => {
    const { tab, heard } = browser()
    tab('a')
    await settled()
    const call = tab('call', true)
    await settled()
    expect(heard).toEqual(['a', 'a lost', 'call'])
    call()
  })

  it('do not start when the turn comes after the end', async () => {
    const { tab, heard } = browser()
    const first = tab('a')
    tab('b')()
    first()
    tab('c')
    await settled()
    expect(heard).toEqual(['c'])
  })

  it('all ring if there are no locks', () => {
    const heard: string[] = []
    for (const name of ['a', 'b']) {
      turnsBy(undefined)({ urgent: false, begin: () => heard.push(name), lose: () => undefined })
    }
    expect(heard).toEqual(['a', 'b'])
  })
})

const settled = () => new Promise((resolve) => setTimeout(resolve))

/** Tabs of one browser, which share one set of locks. */
function browser() {
  const heard: string[] = []
  const waiting: (() => void)[] = []
  let holder: { readonly reject: (reason: Error) => void } | undefined
  const locks = {
    request: (_: string, { steal }: { steal?: boolean }, callback: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        const take = () => {
          const mine = { reject }
          holder = mine
          void callback().then(() => {
            if (holder === mine) {
              holder = undefined
              waiting.shift()?.()
            }
            resolve()
          })
        }
        if (steal === true) {
          holder?.reject(new Error('stolen'))
          holder = undefined
        }
        void Promise.resolve().then(() => (holder ? waiting.push(take) : take()))
      }),
  }
  const takeTurn = turnsBy(locks as unknown as LockManager)
  const tab = (name: string, urgent = false) =>
    takeTurn({
      urgent,
      begin: () => heard.push(name),
      lose: () => heard.push(`${name} lost`),
    })
  return { tab, heard }
}
