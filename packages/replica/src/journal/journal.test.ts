/**
 * Goal: what a node journals is there after whatever became of the node (CL4, RP7).
 * Method: the journal's contract over libSQL files; a killed process leaves a copy of them, WAL and all.
 */
import { copyFile, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { journalLimits } from '@eventpass/api'
import { journalContract } from '@eventpass/api/testing'
import type { TenantId } from '@eventpass/domain'
import { afterAll, expect, test } from 'vitest'
import { openNativeJournal } from '../native/open-native-journal.ts'

const folders: string[] = []
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-journal-'))
  folders.push(folder)
  return folder
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

journalContract(async (limits) => {
  const folder = await newFolder()
  return {
    journal: await openNativeJournal(folder, () => {}, limits),
    async reopen() {
      const copy = await newFolder()
      for (const file of await readdir(folder)) await copyFile(join(folder, file), join(copy, file))
      return openNativeJournal(copy, () => {}, limits)
    },
  }
})

test('[RP7] a damaged journal is kept aside and named, and a new one begins', async () => {
  const folder = await newFolder()
  const journal = await openNativeJournal(folder, () => {})
  const tenant = '00000000-0000-4000-8000-000000000001' as TenantId
  await journal.append({ tenant, key: 'a', askedHash: 'a', atMs: 1, work: '{}' })
  await journal.close()
  const file = await open(join(folder, 'journal-1.sqlite'), 'r+')
  await file.write(Buffer.alloc(4_096, 7), 0, 4_096, 0)
  await file.close()
  for (const beside of ['-wal', '-shm']) {
    await rm(join(folder, `journal-1.sqlite${beside}`), { force: true })
  }

  const said: string[] = []
  const anew = await openNativeJournal(folder, (sentence) => said.push(sentence), journalLimits)
  expect(await anew.readFigures()).toMatchObject({ waiting: 0, oldestMs: null })
  expect(said).toEqual([expect.stringContaining('rescue')])
  expect(await readdir(join(folder, 'rescue'))).toContain('journal-1.sqlite')
  await anew.close()
})

test('[GD1] once a journal is replayed, none of its files tells what was in it', async () => {
  const folder = await newFolder()
  const journal = await openNativeJournal(folder, () => {})
  const tenant = '00000000-0000-4000-8000-000000000001' as TenantId
  for (let at = 1; at <= 40; at += 1) {
    const work = JSON.stringify({ note: `sobbing-${at}`, more: 'x'.repeat((at * 97) % 3_000) })
    await journal.append({ tenant, key: `${at}`, askedHash: 'a', atMs: 1, work })
  }
  const isTold = async () => {
    const files = await readdir(folder)
    const bytes = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')))
    return bytes.some((file) => file.includes('sobbing'))
  }
  expect(await isTold()).toBe(true)
  const entries = await journal.findWaiting(0, 100)
  await journal.remove(entries.map(({ no }) => no))
  expect(await isTold()).toBe(false)
  await journal.close()
})
