import type { Sql } from 'postgres'

const scansPerDevice = 5_000

/**
 * Writes so many scans of other tablets into an event's ledger, ruled on, as wide as the newest scan
 * that is there. Each is another guest's, as far as there are guests.
 */
export async function addLedger(sql: Sql, event: string, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`
    await tx`create temp table made on commit drop as
      select n, gen_random_uuid() as id, sha256(n::text::bytea) as hash,
        (n - 1) / ${scansPerDevice}::int as tablet, (n - 1) % ${scansPerDevice}::int + 1 as seq,
        (n - 1) % r.invitee_count + 1 as invitee
      from generate_series(1, ${count}::int) as n, event_revisions r where r.event = ${event}`
    await tx`create temp table tablets on commit drop as
      select tablet, gen_random_uuid() as id from (select distinct tablet from made) as t`
    await tx`insert into devices
      select (made).* from (
        select jsonb_populate_record(d, jsonb_build_object('id', t.id, 'no', t.tablet + 1000)) as made
        from tablets t, (select d from devices d where event = ${event} limit 1) as one
        offset 0) as devices`
    const like = tx`(select s from scans s where event = ${event} limit 1) as one`
    await tx`insert into scans
      select (made).* from (
        select jsonb_populate_record(s, jsonb_build_object('id', m.id, 'device', t.id, 'seq', m.seq,
          'hash', m.hash, 'prev', m.hash, 'invitee_no', m.invitee)) as made
        from made m join tablets t using (tablet), ${like}
        offset 0) as scans`
    await tx`insert into rulings
      select (s).tenant, m.hash, m.id, (s).event, (s).list, m.invitee, 'confirmed', null,
        (s).received_ms, (s).received_ms, (s).received_ms, false, 0
      from made m, ${like}`
    await tx`insert into admissions (tenant, event, list, invitee_no, inside, people, first_ms)
      select (s).tenant, (s).event, (s).list, m.invitee, true, 1, (s).received_ms from made m, ${like}
      on conflict do nothing`
  })
  await sql.unsafe('vacuum analyze scans, rulings, admissions')
}
