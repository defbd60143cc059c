import type { InviteeNo } from '@eventpass/domain'
import type { ManifestStore } from '@eventpass/sync'
import { bytesFromHex } from '@eventpass/token'
import type { Client } from '@libsql/core/api'
import { readFlags } from './schema.ts'

/** By hand: every verdict waits for it, and drizzle's mapping of a row costs as much as reading it. */
const findSql = `SELECT no, name, category, flags, at, valid_from, valid_until, party, notice
  FROM ticket WHERE digest = ?`

interface Row {
  readonly no: InviteeNo
  readonly name: string
  readonly category: number | null
  readonly flags: number
  readonly at: number | null
  readonly valid_from: number | null
  readonly valid_until: number | null
  readonly party: number | null
  readonly notice: string | null
}

/** Looks a ticket up by its digest. */
export function createFindTicket(client: Client): ManifestStore['findTicket'] {
  return async (digest) => {
    const { rows } = await client.execute({ sql: findSql, args: [bytesFromHex(digest)] })
    const row = rows[0] as unknown as Row | undefined
    if (row === undefined) return null
    return {
      digest,
      invitee: row.no,
      name: row.name,
      category: row.category,
      ...readFlags(row.flags),
      stateAtMs: row.at,
      validFromMs: row.valid_from,
      validUntilMs: row.valid_until,
      party: row.party,
      notice: row.notice,
    }
  }
}
