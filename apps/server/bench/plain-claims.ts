import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'

export interface PlainClaims {
  /** Inserts one row on whichever connection is free, and resolves when it is durable. */
  readonly insert: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * The floor of whatever writes a claim: a row like a claim's into a table of the same columns and
 * primary key, by a prepared statement, on connections that are all open already.
 */
export async function openPlainClaims(url: string, connections: number): Promise<PlainClaims> {
  const sql = postgres(url, { max: connections, onnotice: () => {} })
  await sql.unsafe(`create table if not exists plain_claims
    (like claims including defaults, primary key (device, op))`)
  const [tenant, device, event, list, gate] = Array.from({ length: 5 }, () => randomUUID())
  const [digest, asked] = [randomBytes(16), randomBytes(32)]
  const answer = { outcome: 'accepted', slot: 1, authority: 1, verdict: { kind: 'admit' } }
  let seq = 0
  const insert = async () => {
    seq += 1
    await sql`insert into plain_claims (tenant, device, op, event, list, gift, invitee_no, authority,
        slot, seq, epoch, gate, digest, asked_hash, outcome, answer, at_ms)
      values (${tenant ?? ''}, ${device ?? ''}, ${randomUUID()}, ${event ?? ''}, ${list ?? ''}, false,
        ${seq}, 1, 1, ${seq}, 1, ${gate ?? ''}, ${digest}, ${asked}, 'accepted', ${sql.json(answer)},
        ${Date.now()})`
  }
  await Promise.all(Array.from({ length: connections }, insert))
  return { insert, close: () => sql.end() }
}
