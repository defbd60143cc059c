import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal } from '@eventpass/api'
import { holdFolder, StartFault } from '@eventpass/db'
import { openNativeJournal } from '@eventpass/replica/native'

/** Processes that may share a DATA_DIR, each with a journal of its own. */
const journalsMax = 32
/** Entries of a journal that are moved at once. */
const pageMax = 100

export interface OwnJournal {
  readonly journal: Journal
  readonly close: () => Promise<void>
}

/**
 * Opens the first journal under this folder that no living process has, and moves into it what ended
 * processes left in the others: whoever starts next replays it (CL4).
 */
export async function openOwnJournal(
  dataDir: string,
  warn: (sentence: string) => void,
): Promise<OwnJournal> {
  const folder = join(dataDir, 'failover')
  for (let no = 1; no <= journalsMax; no += 1) {
    const own = await tryOpen(join(folder, `node-${no}`), warn)
    if (!own) continue
    for (const name of (await readdir(folder)).filter((one) => /^node-\d+$/.test(one))) {
      if (name === `node-${no}`) continue
      const left = await tryOpen(join(folder, name), warn)
      if (!left) continue
      await moveEntries(left.journal, own.journal)
      await left.close()
    }
    return own
  }
  throw new StartFault(`${journalsMax} processes work in ${dataDir}. Choose another DATA_DIR.`)
}

/** Null where another process has it. */
async function tryOpen(
  folder: string,
  warn: (sentence: string) => void,
): Promise<OwnJournal | null> {
  const letGo = await holdFolder(folder).catch((error: unknown) => {
    // A fault of the disk has a code; a folder that somebody holds has none.
    if (error instanceof Error && 'code' in error) throw error
    return null
  })
  if (!letGo) return null
  try {
    const journal = await openNativeJournal(folder, warn)
    return {
      journal,
      async close() {
        await journal.close()
        await letGo()
      },
    }
  } catch (error) {
    await letGo()
    throw error
  }
}

/** Killed in between, an entry is in both, and replayed twice under one id: that changes nothing. */
async function moveEntries(from: Journal, to: Journal): Promise<void> {
  let afterNo = 0
  for (;;) {
    const page = await from.findWaiting(afterNo, pageMax)
    for (const { no, tries: _, ...entry } of page) {
      const moved = await to.append(entry)
      if (moved.kind === 'journaled') await from.remove([no])
    }
    const last = page.at(-1)
    if (!last) return
    afterNo = last.no
  }
}
