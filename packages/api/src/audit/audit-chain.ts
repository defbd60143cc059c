import type { TenantId } from '@eventpass/domain'
import { z } from 'zod'
import type { PlatformDep } from '../platform.ts'
import { sha256Hex } from '../random-ids.ts'
import type { AuditHead, StoredAuditRow } from './audit-chain-store.ts'

/** Where a tenant's chain begins. */
export const emptyHead: AuditHead = { seq: 0, chain: '0'.repeat(64) }

/** What central signs: up to here the chain is this. */
export const HeadStatement = z.object({
  type: z.literal('audit_head'),
  tenant: z.uuid(),
  seq: z.int().min(1),
  chain: z.string().regex(/^[0-9a-f]{64}$/),
  atMs: z.number(),
})

/**
 * The head after one more row: SHA-256 over a mark, the head before, and everything that the row
 * says, its place and its number included. Arrays, so that nothing depends on the order of keys.
 */
export async function chainRow(
  deps: Pick<PlatformDep, 'subtle'>,
  tenant: TenantId,
  before: AuditHead,
  row: StoredAuditRow,
): Promise<AuditHead> {
  const seq = before.seq + 1
  const said = [
    ...[tenant, seq, row.id, row.atMs, row.who, row.action, row.event],
    ...[row.subjectKind, row.subjectId, row.salt, row.beforeHash, row.afterHash, row.requestId],
  ]
  const chain = await sha256Hex(deps, `eventpass/audit/1${before.chain}${JSON.stringify(said)}`)
  return { seq, chain }
}
