import type { TenantId } from '@eventpass/domain'
import { assert } from '@eventpass/domain'
import { importVerifyingKey, openSigned, type Signed } from '@eventpass/sync'
import type { NodeDep } from '../node.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { chainRow, emptyHead, HeadStatement } from './audit-chain.ts'
import type { AuditChainDeps, AuditHead, KeptEntry } from './audit-chain-store.ts'

const rowsPerPage = 1_000

/** What the operator writes into the log after a restore from backup. */
export const restoredAction = 'audit.restored'

interface AcceptedRestore {
  readonly atMs: number
  /** The last row that was restored. */
  readonly afterSeq: number
  /** The last row that central had signed before; `afterSeq` where nothing was lost. */
  readonly lostThroughSeq: number
}

/** `broken` names the first row, by its place in the chain, that is not what it was. */
export type AuditVerdict =
  | {
      readonly outcome: 'intact'
      readonly rows: number
      /** Age of the oldest row that has no place yet, in ms; 0 where there is none. */
      readonly lagMs: number
      /** Rows that went with restores from backup which an operator accepted, oldest first. */
      readonly restores: readonly AcceptedRestore[]
    }
  | { readonly outcome: 'broken'; readonly seq: number; readonly message: string }

type VerifyDeps = AuditChainDeps & Pick<NodeDep, 'centralPoint'> & PlatformDep & TenancyDep

/**
 * Reads a tenant's whole audit and compares it with its chain, and the chain with every head that
 * central ever signed, wherever that is kept (AU1).
 *
 * The chain tells of rows that were changed, taken out or moved; the heads, of a chain that somebody
 * worked out anew and of rows cut off at its end.
 */
export async function verifyAudit(deps: VerifyDeps, tenant: TenantId): Promise<AuditVerdict> {
  const heads = await readHeads(deps, tenant)
  if (!heads.ok) return heads.verdict
  let head: AuditHead = emptyHead
  let proved = 0
  const written = new Set<string>()
  for (;;) {
    const from = head
    const page = await deps.tx(tenant, ({ auditChain }) =>
      auditChain.findChained(from.seq, rowsPerPage),
    )
    for (const row of page) {
      const expected = head.seq + 1
      if (row.seq !== expected) {
        return broken(
          expected,
          `Row ${expected} is missing: row ${row.seq} follows row ${head.seq}.`,
        )
      }
      const next = await chainRow(deps, tenant, head, row)
      if (next.chain !== row.chain) {
        return broken(expected, `Row ${expected} is not what it was when it was chained.`)
      }
      head = next
      if (row.action === restoredAction) written.add(row.subjectId)
      const signed = heads.bySeq.get(head.seq)
      if (signed === undefined) continue
      if (signed !== head.chain) return rewritten(proved + 1, head.seq)
      proved = head.seq
    }
    if (page.length < rowsPerPage) break
  }
  const last = Math.max(0, ...heads.bySeq.keys())
  if (last > head.seq) return cutOff(head.seq, last)
  const waiting = await deps.tx(tenant, ({ auditChain }) => auditChain.findUnchained(rowsPerPage))
  for (const { action, subjectId } of waiting) if (action === restoredAction) written.add(subjectId)
  const unwritten = heads.restores.find(({ incarnation }) => !written.has(incarnation))
  if (unwritten) {
    const { afterSeq } = unwritten
    const message = `Row ${afterSeq + 1} or one behind it is missing: it told of a restore from backup that an operator accepted.`
    return broken(afterSeq + 1, message)
  }
  const [oldest] = waiting
  return {
    outcome: 'intact',
    rows: head.seq,
    lagMs: oldest ? Math.max(0, deps.now() - oldest.atMs) : 0,
    restores: heads.restores.map(({ incarnation: _, ...restore }) => restore),
  }
}

type Heads =
  | {
      readonly ok: true
      readonly bySeq: ReadonlyMap<number, string>
      readonly restores: readonly (AcceptedRestore & { readonly incarnation: string })[]
    }
  | { readonly ok: false; readonly verdict: AuditVerdict }

async function readHeads(deps: VerifyDeps, tenant: TenantId): Promise<Heads> {
  const key = await importVerifyingKey(deps.subtle, deps.centralPoint)
  assert(key, 'central has a public key')
  const bySeq = new Map<number, string>()
  const restores: (AcceptedRestore & { readonly incarnation: string })[] = []
  const entries: readonly KeptEntry[] = [
    ...(await deps.auditHeads.read(tenant)),
    ...(await storedHeads(deps, tenant)).map((head) => ({ kind: 'head', head }) as const),
  ]
  for (const entry of entries) {
    if (entry.kind === 'restored') {
      const { incarnation, atMs, afterSeq } = entry
      const lost = [...bySeq.keys()].filter((seq) => seq > afterSeq)
      for (const seq of lost) bySeq.delete(seq)
      restores.push({ incarnation, atMs, afterSeq, lostThroughSeq: Math.max(afterSeq, ...lost) })
      continue
    }
    const opened = await openSigned(deps.subtle, key, entry.head, HeadStatement)
    if (!opened.ok || opened.value.tenant !== tenant) {
      return { ok: false, verdict: broken(1, 'A head of the chain was not signed by central.') }
    }
    const { seq, chain } = opened.value
    const known = bySeq.get(seq)
    if (known !== undefined && known !== chain) return { ok: false, verdict: forked(seq) }
    bySeq.set(seq, chain)
  }
  return { ok: true, bySeq, restores }
}

async function storedHeads({ tx }: VerifyDeps, tenant: TenantId): Promise<readonly Signed[]> {
  const found: Signed[] = []
  let afterSeq = 0
  for (;;) {
    const page = await tx(tenant, ({ auditChain }) => auditChain.findHeads(afterSeq, rowsPerPage))
    found.push(...page.map(({ head }) => head))
    afterSeq = page.at(-1)?.seq ?? afterSeq
    if (page.length < rowsPerPage) return found
  }
}

function rewritten(from: number, to: number): AuditVerdict {
  const rows = from === to ? `Row ${from}` : `A row between ${from} and ${to}`
  return broken(from, `${rows} is not what central signed: the chain was worked out anew.`)
}

/** The log is shorter than what central signed: nothing here tells a restore from a theft. */
function cutOff(lastSeq: number, signedSeq: number): AuditVerdict {
  const gone =
    signedSeq === lastSeq + 1 ? `row ${signedSeq}` : `rows ${lastSeq + 1} to ${signedSeq}`
  return broken(
    lastSeq + 1,
    `The log ends with row ${lastSeq}, but central signed ${signedSeq} rows: the database was restored from a backup of that time, or ${gone} were taken out. ${afterRestore}`,
  )
}

/** Central itself signed two logs: it went on after rows were gone. */
function forked(seq: number): AuditVerdict {
  return broken(
    seq,
    `Central signed two different rows ${seq}: the log was cut off before it, by a restore from backup or by hand, and went on. ${afterRestore}`,
  )
}

const afterRestore =
  'After a restore the operator accepts it with infra/scripts/renew-incarnation.sh, before the servers start.'

function broken(seq: number, message: string): AuditVerdict {
  return { outcome: 'broken', seq, message }
}
