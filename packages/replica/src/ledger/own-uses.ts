import type { InviteeNo } from '@eventpass/domain'
import { and, eq, gt, isNotNull } from 'drizzle-orm'
import type { Database } from '../client/drizzle.ts'
import { scan } from './schema.ts'

/**
 * Which links of the own chain are uses of which invitee.
 *
 * In memory, since an index in the file would be one more page, at a random place, in every
 * verdict's commit: a third of its time. A chain is some thousand links, and this store alone
 * makes them longer (RP5).
 */
export interface OwnUses {
  /** Seqs of the uses of an invitee, ascending. */
  readonly of: (invitee: InviteeNo) => readonly number[]
  readonly add: (seq: number, invitee: InviteeNo) => void
}

const linksPerPage = 2_000

/** Reads the whole chain once. */
export async function readOwnUses(db: Database): Promise<OwnUses> {
  const seqs = new Map<InviteeNo, number[]>()
  const add = (seq: number, invitee: InviteeNo) => {
    const known = seqs.get(invitee)
    if (known) known.push(seq)
    else seqs.set(invitee, [seq])
  }
  for (let [after, more] = [0, true]; more; ) {
    const page = await db
      .select({ seq: scan.seq, invitee: scan.invitee })
      .from(scan)
      .where(and(gt(scan.seq, after), eq(scan.counts, true), isNotNull(scan.invitee)))
      .orderBy(scan.seq)
      .limit(linksPerPage)
    for (const { seq, invitee } of page) if (invitee !== null) add(seq, invitee)
    after = page.at(-1)?.seq ?? after
    more = page.length === linksPerPage
  }
  return { of: (invitee) => seqs.get(invitee) ?? [], add }
}
