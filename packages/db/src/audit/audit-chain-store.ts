import type { AuditChainStore, StoredAuditRow, UnchainedAuditDep } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import type { Signed } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import type { Drizzle } from '../drizzle.ts'
import { jsonRows } from '../ledger/json-rows.ts'
import { lookup } from '../lookup.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

const rowColumns = sql.raw(`id::float8 as id, at_ms::float8 as "atMs", who, action, event,
  subject_kind as "subjectKind", subject_id as "subjectId", encode(salt, 'hex') as salt,
  encode(before_hash, 'hex') as "beforeHash", encode(after_hash, 'hex') as "afterHash",
  request_id as "requestId"`)

export function createAuditChainStore({ tenant, db }: TenantScope): AuditChainStore {
  return {
    async lock() {
      const [row] = await queryRows<{ locked: boolean }>(
        db,
        sql`select pg_try_advisory_xact_lock(
              hashtextextended('eventpass/audit/' || ${tenant}::text, 0)) as locked`,
      )
      return row?.locked === true
    },

    async findHead() {
      const [row] = await queryRows<{ seq: number; chain: string }>(
        db,
        sql`select seq::float8 as seq, encode(chain, 'hex') as chain from audit_logs
            where tenant = ${tenant} and seq is not null order by seq desc limit 1`,
      )
      return row ?? null
    },

    findUnchained: async (limit) =>
      (await queryRows(
        db,
        sql`select ${rowColumns} from audit_logs
            where tenant = ${tenant} and seq is null order by id limit ${limit}`,
      )) as unknown as readonly StoredAuditRow[],

    async saveChain(rows) {
      await db.execute(sql`
        update audit_logs a set seq = k.seq, chain = decode(k.chain, 'hex')
        from ${jsonRows(rows, 'id bigint, seq bigint, chain text')}
        where a.tenant = ${tenant} and a.id = k.id and a.seq is null`)
    },

    findChained: async (afterSeq, limit) =>
      (await queryRows(
        db,
        sql`select ${rowColumns}, seq::float8 as seq, encode(chain, 'hex') as chain
            from audit_logs where tenant = ${tenant} and seq > ${afterSeq}
            order by seq limit ${limit}`,
      )) as unknown as Awaited<ReturnType<AuditChainStore['findChained']>>,

    async addHead(seq, { bytes, signature }) {
      await db.execute(sql`insert into audit_heads (tenant, seq, bytes, signature)
        values (${tenant}, ${seq}, ${bytes}, ${signature})`)
    },

    findHeads: async (afterSeq, limit) =>
      (
        await queryRows<{ seq: number } & Signed>(
          db,
          sql`select seq::float8 as seq, bytes, signature from audit_heads
              where tenant = ${tenant} and seq > ${afterSeq} order by seq limit ${limit}`,
        )
      ).map(({ seq, bytes, signature }) => ({ seq, head: { bytes, signature } })),
  }
}

/** Which tenants have audit rows without a place in their chain. */
export function createUnchainedAudit(db: Drizzle): UnchainedAuditDep['unchainedAudit'] {
  return {
    findTenants: async (after, limit) =>
      (
        await lookup<{ tenant: TenantId }>(
          db,
          sql`select * from lookup_tenants_with_unchained_audit(${after}, ${limit})`,
        )
      ).map(({ tenant }) => tenant),
  }
}
