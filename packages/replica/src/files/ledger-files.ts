import { fail, ok, type Result } from '@eventpass/domain'
import type { LedgerFiles, LedgerStore, LinkHasher } from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import { emptyLog, isDamage, passesQuickCheck, readPragma } from '../client/pragma.ts'
import { createLedgerStore } from '../ledger/ledger-store.ts'
import { dropHashesSql, ledgerFormat, ledgerTables } from '../ledger/schema.ts'
import { assertName, type Disk } from './disk.ts'

export type LedgerFailure =
  /** Written by a newer app: this one must not write (RP4). Update the app. */
  | { readonly kind: 'newer_format'; readonly name: string; readonly format: number }
  /** Not readable as a database. `keepAside` it, then tell the person (RP7). */
  | { readonly kind: 'damaged'; readonly name: string }

/** Opens a ledger file, made empty where it is missing and brought to today's format where it is older. */
export async function openLedger(
  disk: Disk,
  name: string,
  hashLink: LinkHasher,
): Promise<Result<LedgerStore, LedgerFailure>> {
  assertName(name)
  let client: Client | null = null
  try {
    client = await disk.openDatabase(name)
    const format = await readPragma(client, 'user_version')
    if (format > ledgerFormat) {
      client.close()
      return fail({ kind: 'newer_format', name, format })
    }
    if (await passesQuickCheck(client)) {
      if (format < ledgerFormat) await bringToFormat(client, format)
      // A process that was killed while it forgot somebody has left the log as it was (GD1).
      await emptyLog(client)
      return ok(await createLedgerStore(client, hashLink))
    }
  } catch (error) {
    if (!isDamage(error)) {
      client?.close()
      throw error
    }
  }
  client?.close()
  return fail({ kind: 'damaged', name })
}

/** All or nothing: a start that is killed here leaves the file as it was; an empty one has format 0. */
async function bringToFormat(client: Client, format: number): Promise<void> {
  const steps = format === 0 ? ledgerTables : [dropHashesSql]
  await client.batch([...steps, `PRAGMA user_version = ${ledgerFormat}`], 'write')
}

/** The ledgers of a disk as the sync engine wants them; it throws where `openLedger` answers no. */
export function createLedgerFiles(disk: Disk, hashLink: LinkHasher): LedgerFiles {
  const isLedger = (name: string) => name.startsWith('ledger-')
  return {
    list: async () => (await disk.listDatabases()).filter(isLedger),
    aside: async () => (await disk.listAside()).filter(({ name }) => isLedger(name)),
    open: async (name) => {
      const opened = await openLedger(disk, name, hashLink)
      if (opened.ok) return opened.value
      throw new Error(
        opened.failure.kind === 'damaged'
          ? `The ledger ${name} is damaged. Restart the app: it keeps the file aside for rescue.`
          : `The ledger ${name} was written by a newer app. Update this one.`,
      )
    },
  }
}
