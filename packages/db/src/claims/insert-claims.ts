import type { NewClaim } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import type { StatementPlace } from './read-claim-facts.ts'

/**
 * Writes ops with their answers, and the outbox rows of accepted ones; tells of each whether it was
 * stored, or refused by a unique index.
 */
export async function insertClaims(
  { db, tenant, binds }: StatementPlace,
  claims: readonly NewClaim[],
): Promise<readonly boolean[]> {
  const [row] = await queryRows<{ stored: readonly string[] }>(
    db,
    prepared(sql`select insert_claims(${binds}, ${tenant}, ${JSON.stringify(claims.map(toRow))})
      as stored`),
  )
  const stored = new Set(row?.stored)
  return claims.map(({ claim }) => stored.has(`${claim.device}/${claim.op}`))
}

function toRow({
  claim,
  event,
  gift,
  invitee,
  authority,
  askedHash,
  answer,
  late,
}: NewClaim): object {
  const { device, op, list, seq, epoch, gate, digest } = claim
  const accepted = answer.outcome === 'accepted'
  const slot = answer.outcome === 'accepted' && !gift ? answer.slot : null
  return {
    ...{ device, op, event, list, gift, invitee, authority, slot, seq, epoch, gate, digest },
    ...{ asked_hash: askedHash, outcome: answer.outcome, answer, late: accepted ? late : null },
  }
}
