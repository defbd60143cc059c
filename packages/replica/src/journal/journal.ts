import type { Appended, Journal, JournalEntry, JournalLimits } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import type { Client, Row } from '@libsql/core/api'
import { emptyLog } from '../client/pragma.ts'

interface Held {
  entries: number
  bytes: number
}

/**
 * A node's journal over one connection: each entry is one commit, flushed (CL4).
 *
 * How much it holds is counted here, since nobody else writes the file, so that no append has to.
 */
export async function createJournal(client: Client, limits: JournalLimits): Promise<Journal> {
  // Whatever failed in the life before is tried anew: what made it fail may be mended.
  await client.execute('UPDATE entry SET parked = 0, tries = 0 WHERE parked = 1')
  const { rows } = await client.execute(
    'SELECT count(*) AS entries, coalesce(sum(length(work)), 0) AS bytes FROM entry',
  )
  const held: Held = { entries: Number(rows[0]?.entries), bytes: Number(rows[0]?.bytes) }
  return {
    async append({ tenant, key, askedHash, atMs, work }): Promise<Appended> {
      const isFull = held.entries >= limits.entriesMax || held.bytes + work.length > limits.bytesMax
      if (!isFull) {
        const args = [key, tenant, askedHash, atMs, work]
        const { rowsAffected } = await client.execute({
          sql: `INSERT INTO entry (key, tenant, asked_hash, at, work) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (key) DO NOTHING`,
          args,
        })
        if (rowsAffected > 0) {
          held.entries += 1
          held.bytes += work.length
          return { kind: 'journaled', atMs }
        }
      }
      const found = await client.execute({
        sql: 'SELECT asked_hash, at FROM entry WHERE key = ?',
        args: [key],
      })
      const [earlier] = found.rows
      if (!earlier) return { kind: 'full' }
      if (earlier.asked_hash !== askedHash) return { kind: 'reused' }
      return { kind: 'journaled', atMs: Number(earlier.at) }
    },

    async findWaiting(afterNo, limit) {
      const found = await client.execute({
        sql: `SELECT no, key, tenant, asked_hash, at, work, tries FROM entry
              WHERE parked = 0 AND no > ? ORDER BY no LIMIT ?`,
        args: [afterNo, limit],
      })
      return found.rows.map(toEntry)
    },

    async remove(nos) {
      if (nos.length === 0) return
      const gone = await client.execute({
        sql: `DELETE FROM entry WHERE no IN (${nos.map(() => '?').join(', ')})
              RETURNING length(work) AS bytes`,
        args: [...nos],
      })
      for (const row of gone.rows) {
        held.entries -= 1
        held.bytes -= Number(row.bytes)
      }
      // What was written down is with central now, where erasure finds it: nothing of it stays here (GD1).
      if (held.entries === 0) await emptyLog(client)
    },

    async noteFailure(no, cause, parked) {
      await client.execute({
        sql: 'UPDATE entry SET tries = tries + 1, cause = ?, parked = ? WHERE no = ?',
        args: [cause, parked ? 1 : 0, no],
      })
    },

    async readFigures() {
      const found = await client.execute(
        `SELECT (SELECT count(*) FROM entry WHERE parked = 1) AS parked,
           (SELECT at FROM entry WHERE parked = 0 ORDER BY no LIMIT 1) AS oldest`,
      )
      const [row] = found.rows
      const parked = Number(row?.parked)
      const oldest = row?.oldest ?? null
      const oldestMs = oldest === null ? null : Number(oldest)
      const full = held.entries >= limits.entriesMax || held.bytes >= limits.bytesMax
      return { waiting: held.entries - parked, oldestMs, parked, full }
    },

    async keepFact(name, value, atMs) {
      const upsert = {
        sql: `INSERT INTO fact (name, value, at) VALUES (?, ?, ?)
              ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at`,
        args: [name, value, atMs],
      }
      const trim = {
        sql: `DELETE FROM fact WHERE name IN (
                SELECT name FROM fact ORDER BY at DESC LIMIT -1 OFFSET ?)`,
        args: [limits.factsMax],
      }
      await client.batch([upsert, trim], 'write')
    },

    async readFact(name) {
      const found = await client.execute({
        sql: 'SELECT value FROM fact WHERE name = ?',
        args: [name],
      })
      const [row] = found.rows
      return row ? String(row.value) : null
    },

    close: async () => client.close(),
  }
}

function toEntry(row: Row): JournalEntry {
  return {
    no: Number(row.no),
    key: String(row.key),
    tenant: String(row.tenant) as TenantId,
    askedHash: String(row.asked_hash),
    atMs: Number(row.at),
    work: String(row.work),
    tries: Number(row.tries),
  }
}
