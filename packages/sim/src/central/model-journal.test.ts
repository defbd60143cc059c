/**
 * Goal: what a simulated world proves of journals holds for the real one.
 * Method: the contract that the journal on a disk keeps; and what a killed process leaves behind.
 */
import { type JournalLimits, journalLimits, type NewJournalEntry } from '@eventpass/api'
import { emptyJournalDisk } from '@eventpass/api/failover/testing'
import { journalContract } from '@eventpass/api/testing'
import type { TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { createProcess } from '../gate/process.ts'
import { turnOfEvents } from '../kernel/trap.ts'
import { createVirtualTime } from '../kernel/virtual-time.ts'
import { openModelJournal } from './model-journal.ts'

const ignore = () => undefined
const silent = { onWriting: ignore, onWritten: ignore, onTakenOut: ignore }
const atOnce = { sleep: async () => undefined }

journalContract(async (limits: JournalLimits) => {
  const disk = emptyJournalDisk()
  const openNext = () => openModelJournal(disk, createProcess(atOnce), () => 0, silent, limits)
  return { journal: openNext(), reopen: async () => openNext() }
})

test('[SM6] what was not flushed when its process died is done or lost, and answered in neither case', async () => {
  const entry = (key: string): NewJournalEntry => ({
    ...{ key, tenant: 'tenant' as TenantId, askedHash: key, atMs: 1, work: '{}' },
  })
  const time = createVirtualTime(0, turnOfEvents)
  const disk = emptyJournalDisk()
  const process = createProcess(time)
  const journal = openModelJournal(disk, process, () => 5, silent, journalLimits)
  const answered: string[] = []
  const append = (key: string) =>
    void journal.append(entry(key)).then(() => void answered.push(key))
  append('flushed')
  await time.runUntil(5)
  append('done')
  append('lost')
  await time.runUntil(7)
  process.kill(1)
  await time.runUntil(100)
  expect(answered).toEqual(['flushed'])
  const next = openModelJournal(disk, createProcess(atOnce), () => 0, silent, journalLimits)
  expect((await next.findWaiting(0, 10)).map(({ key }) => key)).toEqual(['flushed', 'done'])
})
