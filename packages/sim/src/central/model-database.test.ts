/**
 * Goal: processes of the model share one database as those of Postgres do, and each dies alone.
 * Method: two clients over one database whose commits take time, one of which is killed or cut off.
 */
import { expect, test } from 'vitest'
import { turnOfEvents } from '../kernel/trap.ts'
import { createVirtualTime } from '../kernel/virtual-time.ts'
import { createModelDatabase, DatabaseAway, type ModelClient } from './model-database.ts'

function open(isCommitKept: boolean) {
  const time = createVirtualTime(0, turnOfEvents)
  const database = createModelDatabase({
    statement: async () => undefined,
    commit: () => time.sleep(10),
    isCommitKept: () => isCommitKept,
  })
  const ends: string[] = []
  /** Takes one lock, writes a row under this name, and notes how it ended. */
  const write = (client: ModelClient, name: string) => {
    const done = client.tx(async (tx) => {
      await tx.lock('one')
      tx.table<{ readonly name: string }>('rows').set(name, { name })
    })
    done.then(
      () => ends.push(`${name} committed`),
      (fault) => ends.push(`${name} ${fault instanceof DatabaseAway ? 'away' : String(fault)}`),
    )
  }
  const rows = () => database.rows<{ readonly name: string }>('rows').map(({ name }) => name)
  return { time, database, node: database.connect(), other: database.connect(), write, ends, rows }
}

for (const isKept of [true, false]) {
  test(`[SM6] a commit of a process that dies is ${isKept ? 'done' : 'undone'} and answered to nobody, and its locks are free`, async () => {
    const { time, node, other, write, ends, rows } = open(isKept)
    write(node, 'dying')
    await time.runUntil(5)
    // It waits for the lock when its process dies: its turn is the next one's.
    write(node, 'waiting')
    write(other, 'living')
    await time.runUntil(6)
    node.kill()
    await time.runUntil(100)
    expect(ends).toEqual(['living committed'])
    expect(rows()).toEqual(isKept ? ['dying', 'living'] : ['living'])
    write(node, 'next life')
    await time.runUntil(200)
    expect(ends).toEqual(['living committed', 'next life committed'])
  })

  test(`[SM6] of a commit that is ${isKept ? 'done' : 'undone'} nobody behind a line that was cut learns, and others work on`, async () => {
    const { time, node, other, write, ends, rows } = open(isKept)
    write(node, 'in doubt')
    await time.runUntil(5)
    node.cut()
    write(node, 'cut off')
    write(other, 'living')
    await time.runUntil(6)
    // Another line than the one that the commit was sent over.
    node.mend()
    await time.runUntil(100)
    expect(ends).toEqual(['cut off away', 'in doubt away', 'living committed'])
    expect(rows()).toEqual(isKept ? ['in doubt', 'living'] : ['living'])
    expect(node.countDoubts()).toBe(1)
    write(node, 'back')
    await time.runUntil(200)
    expect(ends.at(-1)).toBe('back committed')
  })
}
