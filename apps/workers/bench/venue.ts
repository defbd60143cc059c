import type { Sql } from 'postgres'
import { makeEvent } from './organiser.ts'
import { createTablet, type Tablet } from './tablet.ts'

/** An event with its guests, and tablets at its one gate. */
export interface Venue {
  readonly event: string
  readonly tablets: readonly Tablet[]
  /** Codes of guests that were not asked for before. */
  readonly nextDigests: (count: number) => readonly string[]
}

/**
 * Opens an event with so many guests and tablets. Both are written at once, since neither import nor
 * pairing is measured; what the tablets sign is checked like everybody's.
 */
export async function openVenue(
  origin: string,
  sql: Sql,
  size: { readonly guests: number; readonly tablets: number },
): Promise<Venue> {
  const place = await makeEvent(origin)
  const { event, list, gate } = place
  const [{ tenant } = { tenant: '' }] = await sql`select tenant from events where id = ${event}`
  const tablets = await Promise.all(Array.from({ length: size.tablets }, () => createTablet(place)))
  for (const [at, { id, signKey }] of tablets.entries()) {
    await sql`
      insert into devices (tenant, id, event, no, label, role, list, gate, sign_key, wrap_key, state,
        through_hash, words, created_ms)
      values (${tenant}, ${id}, ${event}, ${at + 1}, ${`Tablet ${at + 1}`}, 'steward', ${list}, ${gate},
        ${Buffer.from(signKey, 'base64url')}, '\\x00', 'active', decode(repeat('00', 32), 'hex'), '[]', 0)`
  }
  const digests = await addGuests(sql, event, size.guests)
  let taken = 0
  return {
    event,
    tablets,
    nextDigests(count) {
      if (taken + count > digests.length) throw new Error('There are too few guests.')
      taken += count
      return digests.slice(taken - count, taken)
    },
  }
}

/** So many more guests with a ticket each; answers the digests of these. */
export async function addGuests(
  sql: Sql,
  event: string,
  count: number,
): Promise<readonly string[]> {
  const rows = await sql.begin(async (tx) => {
    // Nothing that refers is looked up row by row.
    await tx`set local session_replication_role = replica`
    return tx<{ digest: string }[]>`
      with base as (
        update event_revisions set manifest_revision = manifest_revision + 1,
          invitee_count = invitee_count + ${count}
        where event = ${event}
        returning tenant, manifest_revision as revision, invitee_count - ${count}::int as no
      ), people as (
        insert into invitees (tenant, id, event, no, name, fold, revision)
        select tenant, gen_random_uuid(), ${event}, no + n, 'Guest ' || n, 'guest ' || n, revision
        from base, generate_series(1, ${count}::int) as n returning tenant, id, no, revision
      )
      insert into tickets (tenant, id, event, invitee, kid, generation, digest, state, revision)
      select tenant, decode(substr(md5(id::text), 1, 24), 'hex'), ${event}, id, 1, 1,
        decode(md5(id::text || 'digest'), 'hex'), 'valid', revision
      from people order by no
      returning encode(digest, 'hex') as digest`
  })
  await sql.unsafe('analyze invitees, tickets')
  return rows.map(({ digest }) => digest)
}
