// What calls do not survive yet.
import { expect, it } from 'vitest'
import { hangUp } from '../e2e/support/stage'
import { bothHear, call, pause } from './support/call'
import { longestGap } from './support/media'
import { Stage } from './support/stage'

const stage = Stage.open()

it('a call goes on after 40 s without a path', async (test) => {
  const people = await call(stage, test)
  const cut = Date.now()
  await stage.net.link('b').cut()
  await pause(40)
  await stage.net.link('b').mend()
  await bothHear(test, people, Date.now())
  for (const person of people) expect(await longestGap(person, cut)).toBeGreaterThan(30)
  await hangUp(...people)
})
