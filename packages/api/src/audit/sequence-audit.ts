import type { TenantId } from '@eventpass/domain'
import { signStatement } from '@eventpass/sync'
import type { NodeDep } from '../node.ts'
import { describeCause } from '../outbox/describe-cause.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { chainRow, emptyHead } from './audit-chain.ts'
import type { AuditChainDeps, AuditHead, UnchainedAuditDep } from './audit-chain-store.ts'

/** Heads are signed within this time of the rows that they cover, or a little more (AU1: ≤ 5 s). */
const passEveryMs = 2_000
const rowsPerPass = 500
const tenantsPerPage = 100

export type SequenceDeps = AuditChainDeps &
  Pick<NodeDep, 'centralKey'> &
  PlatformDep &
  TenancyDep &
  UnchainedAuditDep

export interface SequencerDeps extends SequenceDeps {
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly warn: (sentence: string) => void
}

/** Chains committed audit rows until the signal is raised. Several nodes may: one at a time is at a tenant. */
export async function runSequencer(deps: SequencerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let more = false
    try {
      more = await sequenceAudit(deps)
    } catch (error) {
      deps.warn(`Audit rows wait to be chained: ${describeCause(error)}`)
    }
    if (!more) await deps.pause(passEveryMs, signal)
  }
}

/** One pass over all tenants. Answers whether some tenant had more rows than a pass takes. */
export async function sequenceAudit(deps: SequenceDeps): Promise<boolean> {
  let more = false
  let after: TenantId | null = null
  for (;;) {
    const page: readonly TenantId[] = await deps.unchainedAudit.findTenants(after, tenantsPerPage)
    for (const tenant of page) more = (await sequenceTenant(deps, tenant)) || more
    after = page.at(-1) ?? null
    if (page.length < tenantsPerPage) return more
  }
}

async function sequenceTenant(deps: SequenceDeps, tenant: TenantId): Promise<boolean> {
  const done = await deps.tx(tenant, async ({ auditChain }) => {
    if (!(await auditChain.lock())) return null
    const rows = await auditChain.findUnchained(rowsPerPass)
    if (rows.length === 0) return null
    let head: AuditHead = (await auditChain.findHead()) ?? emptyHead
    const places = []
    for (const row of rows) {
      head = await chainRow(deps, tenant, head, row)
      places.push({ id: row.id, ...head })
    }
    await auditChain.saveChain(places)
    const signed = await signStatement(deps.subtle, deps.centralKey, {
      type: 'audit_head',
      tenant,
      ...head,
      atMs: deps.now(),
    })
    await auditChain.addHead(head.seq, signed)
    return { signed, more: rows.length === rowsPerPass }
  })
  if (!done) return false
  // After the commit: a head of rows that were never written would cry wolf for ever.
  await deps.auditHeads.append(tenant, done.signed)
  return done.more
}
