import { type Journal, type JournalLimits, journalLimits } from '@eventpass/api'
import type { Client } from '@libsql/core/api'
import { isDamage, passesQuickCheck, readPragma } from '../client/pragma.ts'
import type { Disk } from '../files/disk.ts'
import { createJournal } from '../journal/journal.ts'
import { journalFormat, journalTables } from '../journal/schema.ts'
import { openNativeDisk } from './native-disk.ts'

const name = 'journal-1'

/**
 * Opens the journal of a node in a folder of its own, made empty where it is missing. One process at a
 * time; its flushes are those of every other file (FULL).
 *
 * A damaged one is kept aside with what its WAL held (RP7): `warn` names it, and a new one begins.
 */
export async function openNativeJournal(
  folder: string,
  warn: (sentence: string) => void,
  limits: JournalLimits = journalLimits,
): Promise<Journal> {
  const disk = await openNativeDisk(folder)
  const client = await openWhole(disk)
  if (client) return createJournal(client, limits)
  const aside = await disk.keepAside(name)
  warn(
    `The journal of this node is damaged and kept in ${aside}; a new one begins. Keep that file.`,
  )
  const anew = await openWhole(disk)
  if (!anew) throw new Error(`A new journal in ${folder} cannot be read. Is the disk whole?`)
  return createJournal(anew, limits)
}

/** Null where the file is damaged. */
async function openWhole(disk: Disk): Promise<Client | null> {
  let client: Client | null = null
  try {
    client = await disk.openDatabase(name)
    const format = await readPragma(client, 'user_version')
    if (format > journalFormat) {
      throw new Error('The journal of this node was written by a newer server. Update this one.')
    }
    if (await passesQuickCheck(client)) {
      if (format === 0) {
        await client.batch([...journalTables, `PRAGMA user_version = ${journalFormat}`], 'write')
      }
      return client
    }
  } catch (error) {
    if (!isDamage(error)) {
      client?.close()
      throw error
    }
  }
  client?.close()
  return null
}
