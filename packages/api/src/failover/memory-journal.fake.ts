import type { Journal, JournalEntry, JournalLimits } from './journal.ts'

/** What a journal's disk holds. */
export interface JournalDisk {
  readonly entries: Map<number, JournalEntry & { readonly parked: boolean }>
  readonly facts: Map<string, { readonly value: string; readonly atMs: number }>
  nextNo: number
}

/** A disk that no journal was on. */
export function emptyJournalDisk(): JournalDisk {
  return { entries: new Map(), facts: new Map(), nextNo: 1 }
}

/** A journal whose disk is this process's memory; `reopen` is the next life of a killed process. */
export function createMemoryJournal(limits: JournalLimits): {
  readonly journal: Journal
  readonly reopen: () => Journal
} {
  const disk = emptyJournalDisk()
  return { journal: openMemoryJournal(disk, limits), reopen: () => openMemoryJournal(disk, limits) }
}

/** What a process finds on that disk when it starts: what was parked is tried anew. */
export function openMemoryJournal(disk: JournalDisk, limits: JournalLimits): Journal {
  const { entries, facts } = disk
  for (const [no, entry] of entries) entries.set(no, { ...entry, parked: false })
  const waiting = () => [...entries.values()].filter(({ parked }) => !parked)
  return {
    async append(asked) {
      const earlier = [...entries.values()].find(({ key }) => key === asked.key)
      if (earlier) {
        return earlier.askedHash === asked.askedHash
          ? { kind: 'journaled', atMs: earlier.atMs }
          : { kind: 'reused' }
      }
      const bytes = [...entries.values()].reduce((sum, { work }) => sum + work.length, 0)
      const fits = bytes + asked.work.length <= limits.bytesMax
      if (entries.size >= limits.entriesMax || !fits) return { kind: 'full' }
      entries.set(disk.nextNo, { ...asked, no: disk.nextNo, tries: 0, parked: false })
      disk.nextNo += 1
      return { kind: 'journaled', atMs: asked.atMs }
    },
    findWaiting: async (afterNo, limit) =>
      waiting()
        .filter(({ no }) => no > afterNo)
        .slice(0, limit)
        .map(({ parked: _, ...entry }) => entry),
    async remove(nos) {
      for (const no of nos) entries.delete(no)
    },
    async noteFailure(no, _cause, parked) {
      const entry = entries.get(no)
      if (entry) entries.set(no, { ...entry, tries: entry.tries + 1, parked })
    },
    readFigures: async () => ({
      waiting: waiting().length,
      oldestMs: waiting()[0]?.atMs ?? null,
      parked: entries.size - waiting().length,
      full: entries.size >= limits.entriesMax,
    }),
    async keepFact(name, value, atMs) {
      facts.set(name, { value, atMs })
      const oldest = [...facts].sort(([, a], [, b]) => a.atMs - b.atMs)
      for (const [old] of oldest.slice(0, Math.max(0, facts.size - limits.factsMax)))
        facts.delete(old)
    },
    readFact: async (name) => facts.get(name)?.value ?? null,
    close: async () => {},
  }
}
