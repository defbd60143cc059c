import type { Claim, ClaimFacts, StandingClaim } from '@eventpass/api'
import type { EventId, Ruling, TicketId } from '@eventpass/domain'
import { rowToTicket, type TicketRow } from '@eventpass/sync'
import { sql } from 'drizzle-orm'
import { ticketRowSql, toFrame } from '../ledger/manifest-reads-store.ts'
import { queryRows } from '../query-rows.ts'
import type { TenantScope } from '../tenant-scope.ts'

/** Device states that may push, hence may be told something; central's desk stands as an active one. */
const pairedStates = sql`('active', 'revoked', 'retired', 'pair_anew', 'desk')`

/** Everything that a claim rests on, in one statement: one view of the database, one round trip. */
export async function readClaimFacts(
  { db, tenant }: TenantScope,
  { device, op, seq, epoch, list, digest }: Claim,
): Promise<ClaimFacts | null> {
  const [row] = await queryRows<FactsRow>(
    db,
    sql`select d.event, case when d.state = 'desk' then 'active' else d.state end as state, d.role, d.label, e.authority_no as "authorityNo",
          e.authority_hub as "authorityHub",
          floor(extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs",
          r.manifest_revision::float8 as revision,
          ${frameSql(tenant, list)} as frame, t.row as ticket, t.id as "ticketId", t.kid,
          (select json_build_object('askedHash', encode(c.asked_hash, 'hex'), 'answer', c.answer)
             from claims c where c.tenant = ${tenant} and c.device = d.id and c.op = ${op}) as earlier,
          exists (select from claims c where c.tenant = ${tenant} and c.device = d.id
             and c.seq >= ${seq} and c.epoch < ${epoch} and ${isUnsettled}) as "fenceDue",
          ${lateSql(tenant, { op, seq, epoch })} as late,
          (select json_build_object('total', g.stock, 'taken', g.taken) from gifts g
             where g.tenant = ${tenant} and g.id = ${list}) as stock,
          held.claims, granted.uses
        from devices d
        join events e on e.tenant = ${tenant} and e.id = d.event
        join event_revisions r on r.tenant = ${tenant} and r.event = d.event
        left join lateral (
          select ${ticketRowSql} as row, encode(t.id, 'hex') as id, t.kid, i.no
          from tickets t join invitees i on i.tenant = ${tenant} and i.id = t.invitee
          where t.tenant = ${tenant} and t.event = d.event and t.digest = decode(${digest}, 'hex')
        ) t on true
        left join lateral (
          select json_agg(json_build_object('op', c.op, 'device', c.device, 'deviceLabel', cd.label,
              'gate', c.gate, 'slot', coalesce(c.slot, 1), 'seq', c.seq, 'epoch', c.epoch,
              'atMs', c.at_ms, 'settled', c.settled_ms is not null)) as claims
          from claims c join devices cd on cd.tenant = ${tenant} and cd.id = c.device
          where c.tenant = ${tenant} and c.event = d.event and c.list = ${list}
            and c.invitee_no = t.no and c.outcome = 'accepted' and c.voided_ms is null
        ) held on true
        left join lateral (
          with admitted as (
            select s.* from scans s where s.tenant = ${tenant} and s.event = d.event
              and s.list = ${list} and s.invitee_no = t.no and s.verdict = 'admit'
          ), found as (
            select * from admitted
            union all
            select v.* from admitted a join scans v on v.tenant = ${tenant} and v.event = d.event
              and v.target = a.id and v.act = 'void' and v.verdict = 'admit'
          )
          select json_agg(json_build_object('scan', f.id, 'gate', f.gate, 'act', f.act,
              'forced', f.forced, 'target', f.target,
              'atMs', coalesce(ru.estimate_ms, f.received_ms), 'kind', ru.kind, 'by', ru.by,
              'device', sd.label)) as uses
          from found f join devices sd on sd.tenant = ${tenant} and sd.id = f.device
          left join rulings ru on ru.tenant = ${tenant} and ru.scan_hash = f.hash
        ) granted on true
        where d.tenant = ${tenant} and d.id = ${device} and d.state in ${pairedStates}`,
  )
  return row ? toFacts(row, list) : null
}

/** An accepted claim whose scan did not come yet; as the partial index has it. */
const isUnsettled = sql`c.outcome = 'accepted' and c.settled_ms is null and c.voided_ms is null`

/** The frame as far as this claim needs it: one list, and the gates that its rules name. */
function frameSql(tenant: string, list: string) {
  return sql`(select json_build_object(
    'eventName', e.name, 'policy', e.policy, 'timeZone', e.time_zone,
    'categories', coalesce((select json_agg(c.name order by c.idx) from categories c
       where c.tenant = ${tenant} and c.event = e.id), '[]'::json),
    'lists', coalesce((select json_agg(json_build_object('id', l.id, 'name', l.name,
       'config', l.config)) from lists l
       where l.tenant = ${tenant} and l.id = ${list} and l.event = e.id), '[]'::json),
    'gates', coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name)) from gates g
       where g.tenant = ${tenant} and g.event = e.id), '[]'::json)))`
}

/** Whether the claimed scan came before the claim, or can no longer come (CL6). */
function lateSql(tenant: string, { op, seq, epoch }: Pick<Claim, 'op' | 'seq' | 'epoch'>) {
  return sql`coalesce(
    (select case when bool_or(s.id = ${op} and s.act = 'entry' and s.verdict = 'admit')
       then 'kept' else 'voided' end
     from scans s where s.tenant = ${tenant} and s.device = d.id and s.seq = ${seq} having count(*) > 0),
    (select 'voided' from contacts k where k.tenant = ${tenant} and k.device = d.id
       and k.epoch > ${epoch} and k.head_seq < ${seq} limit 1))`
}

interface FactsRow extends Readonly<Record<string, unknown>> {
  readonly event: EventId
  readonly state: ClaimFacts['device']['state']
  readonly role: ClaimFacts['device']['role']
  readonly label: string
  readonly authorityNo: number
  readonly authorityHub: ClaimFacts['authority']['hub']
  readonly nowMs: number
  readonly revision: number
  readonly frame: unknown
  readonly ticket: TicketRow | null
  readonly ticketId: TicketId
  readonly kid: number
  readonly earlier: ClaimFacts['earlier']
  readonly fenceDue: boolean
  readonly late: ClaimFacts['late']
  readonly stock: ClaimFacts['stock']
  readonly claims: readonly StandingClaim[] | null
  readonly uses: readonly UseRow[] | null
}

type UseRow = Omit<ClaimFacts['uses'][number], 'ruling' | 'list'> & {
  readonly kind: Ruling['kind'] | null
  readonly by: string | null
}

function toFacts(row: FactsRow, list: Claim['list']): ClaimFacts {
  const { event, state, role, label, nowMs, revision, earlier, fenceDue, late, stock } = row
  const { ticket, ticketId, kid, authorityNo: no, authorityHub: hub } = row
  return {
    ...{ event, earlier, fenceDue, late, nowMs, revision, stock },
    device: { state, role, label },
    authority: { no, hub },
    frame: toFrame(row.frame),
    ticket: ticket && { ...rowToTicket(ticket), ticketId, kid },
    claims: row.claims ?? [],
    uses: (row.uses ?? []).map(({ kind, by, ...use }) => ({
      ...use,
      list,
      ruling: kind === null ? null : ((kind === 'confirmed' ? { kind } : { kind, by }) as Ruling),
    })),
  }
}
