import type { TenantId } from '@eventpass/domain'
import { describe, expect, test } from 'vitest'
import { type Journal, type JournalLimits, journalLimits, type NewJournalEntry } from './journal.ts'

export interface JournalCase {
  readonly journal: Journal
  /** Opens it again as the next life of a killed process finds it. */
  readonly reopen: () => Promise<Journal>
}

const tenant = '00000000-0000-4000-8000-000000000001' as TenantId
const entry = (name: string, change: Partial<NewJournalEntry> = {}): NewJournalEntry => ({
  ...{ tenant, key: name, askedHash: `hash of ${name}`, atMs: 1_000, work: `{"asked":"${name}"}` },
  ...change,
})

/** What every journal keeps to (CL4). */
export function journalContract(open: (limits: JournalLimits) => Promise<JournalCase>): void {
  describe('journal', () => {
    const keysOf = async (journal: Journal, afterNo = 0, limit = 100) =>
      (await journal.findWaiting(afterNo, limit)).map(({ key }) => key)

    test('[CL4] entries come back in the order of writing, page by page, until they are removed', async () => {
      const { journal } = await open(journalLimits)
      for (const name of ['a', 'b', 'c']) await journal.append(entry(name))
      const [first, second] = await journal.findWaiting(0, 2)
      expect(first).toEqual({ ...entry('a'), no: first?.no, tries: 0 })
      expect(await keysOf(journal, second?.no, 2)).toEqual(['c'])
      await journal.remove([first?.no ?? 0])
      expect(await keysOf(journal)).toEqual(['b', 'c'])
      await journal.close()
    })

    test('[CL4] the same op again is the same entry; another question under its id is told apart', async () => {
      const { journal } = await open(journalLimits)
      expect(await journal.append(entry('a'))).toEqual({ kind: 'journaled', atMs: 1_000 })
      expect(await journal.append(entry('a', { atMs: 2_000 }))).toEqual({
        ...{ kind: 'journaled', atMs: 1_000 },
      })
      expect(await journal.append(entry('a', { askedHash: 'another' }))).toEqual({ kind: 'reused' })
      expect(await keysOf(journal)).toEqual(['a'])
      await journal.close()
    })

    test('[CL4] it takes so many entries and bytes and no more, and takes again when some are gone', async () => {
      const { journal } = await open({ ...journalLimits, entriesMax: 2, bytesMax: 60 })
      await journal.append(entry('a'))
      await journal.append(entry('b'))
      expect(await journal.append(entry('c'))).toEqual({ kind: 'full' })
      expect(await journal.readFigures()).toMatchObject({ waiting: 2, full: true })
      // What is in already is told so.
      expect(await journal.append(entry('a'))).toMatchObject({ kind: 'journaled' })
      const [first] = await journal.findWaiting(0, 1)
      await journal.remove([first?.no ?? 0])
      expect(await journal.readFigures()).toMatchObject({ waiting: 1, full: false })
      expect(await journal.append(entry('d', { work: 'x'.repeat(60) }))).toEqual({ kind: 'full' })
      expect(await journal.append(entry('c'))).toMatchObject({ kind: 'journaled' })
      await journal.close()
    })

    test('[CL4] what was journaled outlives the process, and what failed again and again waits apart', async () => {
      const { journal, reopen } = await open(journalLimits)
      await journal.append(entry('a'))
      await journal.append(entry('b', { atMs: 3_000 }))
      const [first] = await journal.findWaiting(0, 1)
      await journal.noteFailure(first?.no ?? 0, 'a bug', false)
      expect(await journal.findWaiting(0, 1)).toMatchObject([{ key: 'a', tries: 1 }])
      await journal.noteFailure(first?.no ?? 0, 'a bug', true)
      expect(await keysOf(journal)).toEqual(['b'])
      expect(await journal.readFigures()).toMatchObject({ waiting: 1, oldestMs: 3_000, parked: 1 })
      await journal.keepFact('device/1', 'old', 1)
      await journal.keepFact('device/1', 'new', 2)

      const next = await reopen()
      expect(await next.readFigures()).toMatchObject({ waiting: 2, oldestMs: 1_000, parked: 0 })
      expect(await keysOf(next)).toEqual(['a', 'b'])
      expect(await next.readFact('device/1')).toBe('new')
      expect(await next.readFact('device/2')).toBeNull()
      await journal.close()
      await next.close()
    })

    test('[CL4] facts are as many as allowed: the oldest give way', async () => {
      const { journal } = await open({ ...journalLimits, factsMax: 2 })
      for (const at of [1, 2, 3]) await journal.keepFact(`fact ${at}`, `${at}`, at)
      expect(await journal.readFact('fact 1')).toBeNull()
      expect(await journal.readFact('fact 2')).toBe('2')
      expect(await journal.readFact('fact 3')).toBe('3')
      await journal.close()
    })
  })
}
