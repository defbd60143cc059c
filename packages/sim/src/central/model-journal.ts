import { type Journal, type JournalEntry, journalLimits } from '@eventpass/api'
import { type JournalDisk, openMemoryJournal } from '@eventpass/api/failover/testing'
import type { Process } from '../gate/process.ts'

/** What a world is told of a journal. */
export interface JournalEvents {
  /** An entry is being written down. */
  readonly onWriting: () => void
  /** It is there for good. */
  readonly onWritten: () => void
  /** An entry was taken out for good. */
  readonly onTakenOut: (entry: JournalEntry) => void
}

/**
 * The journal of one life of a node, on a disk that outlives it: every write is flushed before it is
 * answered. One under way when the process dies is done or lost, and answered in neither case.
 */
export function openModelJournal(
  disk: JournalDisk,
  process: Process,
  flushMs: () => number,
  { onWriting, onWritten, onTakenOut }: JournalEvents,
  limits = journalLimits,
): Journal {
  const journal = openMemoryJournal(disk, limits)
  const write = <T>(apply: () => Promise<T>) => process.write(flushMs(), apply)
  return {
    append(entry) {
      onWriting()
      return write(async () => {
        const appended = await journal.append(entry)
        onWritten()
        return appended
      })
    },
    async findWaiting(afterNo, limit) {
      await process.goOn()
      return journal.findWaiting(afterNo, limit)
    },
    remove: (nos) =>
      write(async () => {
        for (const no of nos) {
          const entry = disk.entries.get(no)
          if (entry) onTakenOut(entry)
        }
        await journal.remove(nos)
      }),
    noteFailure: (no, cause, parked) => write(() => journal.noteFailure(no, cause, parked)),
    async readFigures() {
      await process.goOn()
      return journal.readFigures()
    },
    keepFact: (name, value, atMs) => write(() => journal.keepFact(name, value, atMs)),
    async readFact(name) {
      await process.goOn()
      return journal.readFact(name)
    },
    close: async () => {},
  }
}

/** Entries that wait to be replayed, as a world sees them from outside. */
export function countWaiting({ entries }: JournalDisk): number {
  return [...entries.values()].filter(({ parked }) => !parked).length
}
