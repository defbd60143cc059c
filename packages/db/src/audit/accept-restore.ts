import { randomBytes } from 'node:crypto'
import { restoredAction, writeAudit } from '@eventpass/api'
import type { Database } from '../database.ts'
import { createTenancy } from '../tenancy.ts'
import type { HeadFiles } from './head-files.ts'

/**
 * Writes into the log of every account that the database was restored from a backup, and beside
 * the signed heads where it went on from then: heads of rows behind that one speak of rows that are
 * gone with the database before it (AU1). Answers how many accounts it was written for.
 */
export async function acceptRestore(
  database: Database,
  heads: HeadFiles,
  incarnation: string,
): Promise<number> {
  const { tx } = createTenancy(database.drizzle)
  const deps = {
    now: () => Date.now(),
    random: (count: number) => new Uint8Array(randomBytes(count)),
    subtle: globalThis.crypto.subtle,
  }
  let accounts = 0
  for (const tenant of await heads.findTenants()) {
    const afterSeq = await tx(tenant, async (stores) => {
      const head = await stores.auditChain.findHead()
      // The backup is older than the account, or than its first chained row.
      if (!head) return null
      const subject = { subjectKind: 'incarnation', subjectId: incarnation }
      const entry = { action: restoredAction, event: null, before: null, after: null, ...subject }
      await writeAudit(deps, stores, { who: 'operator', requestId: incarnation }, entry)
      return head.seq
    })
    if (afterSeq === null) continue
    // After the commit: a note without its row would be a fault of the log for ever.
    await heads.noteRestore(tenant, { incarnation, afterSeq, atMs: deps.now() })
    accounts += 1
  }
  return accounts
}
