/**
 * Goal: what comes in while the journal is replayed does not keep it from ever ending (CL4).
 * Method: a journal to which every replayed entry adds another, until new work may pass.
 */
import type { TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { createMemoryJournal } from './memory-journal.fake.ts'
import { type ReplayDeps, replayJournal } from './replay-journal.ts'

/** Far more than any rounds take: a replay that gets here would go on for good. */
const entriesMax = 500

test('[CL4] a load as fast as the replay is let through after some rounds, and the journal empties', async () => {
  const { journal } = createMemoryJournal({ entriesMax: 10_000, bytesMax: 1e9, factsMax: 10 })
  let written = 0
  const write = () => {
    written += 1
    // Nobody can read it: it is put aside at once, which is all that this needs of a replay.
    const entry = { tenant: 'tenant' as TenantId, key: `${written}`, askedHash: '', work: '{}' }
    return journal.append({ ...entry, atMs: written })
  }
  await write()
  let isUp = false
  const deps = {
    journal,
    isGone: () => false,
    warn: () => {},
    onReplayed: () => {
      if (!isUp && written < entriesMax) void write()
    },
  } as unknown as ReplayDeps
  const caughtUp = () => {
    isUp = true
  }
  expect(await replayJournal(deps, caughtUp, new AbortController().signal)).toBe(true)
  expect(isUp).toBe(true)
  expect(written).toBeLessThan(entriesMax)
  expect((await journal.readFigures()).waiting).toBe(0)
})
