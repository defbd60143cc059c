import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type ClaimShed, shedMsMax } from './claim-shed.ts'

/** What stands in front of claims promises; run by the in-process twin, by Redis, and by the simulator's model. */
export function shedContract(open: (waitMsMax: number) => ClaimShed | Promise<ClaimShed>): void {
  /** Where nobody may go on before it is their turn, however slow this machine is. */
  const patientMs = 30_000

  test('[CL3] claims of one key come one after another, of two keys at once', async () => {
    const shed = await open(patientMs)
    const [key, other] = [randomUUID(), randomUUID()]
    const order: string[] = []
    const leaveFirst = await shed.enter(key)
    const leaveOther = await shed.enter(other)
    order.push('first', 'other')
    const second = shed.enter(key).then((leave) => {
      order.push('second')
      leave()
    })
    await new Promise((resolve) => setImmediate(resolve))
    order.push('first left')
    leaveFirst()
    await second
    leaveOther()
    expect(order).toEqual(['first', 'other', 'first left', 'second'])
  })

  test('[CL3] whoever never leaves delays others, and holds up none of them', async () => {
    const shed = await open(shedMsMax)
    const key = randomUUID()
    await shed.enter(key)
    const leaves = await Promise.all(Array.from({ length: 20 }, () => shed.enter(key)))
    expect(leaves).toHaveLength(20)
    for (const leave of leaves) leave()
  })

  test('[CL3] leaving twice, or late, ends nobody else’s turn', async () => {
    const shed = await open(patientMs)
    const key = randomUUID()
    const leaveFirst = await shed.enter(key)
    leaveFirst()
    const leaveSecond = await shed.enter(key)
    leaveFirst()
    let entered = false
    const third = shed.enter(key).then((leave) => {
      entered = true
      return leave
    })
    // Asked after the third, and there: what the third asked was answered before.
    for (let at = 0; at < 3; at += 1) (await shed.enter(randomUUID()))()
    expect(entered).toBe(false)
    leaveSecond()
    const leaveThird = await third
    leaveThird()
  })
}
