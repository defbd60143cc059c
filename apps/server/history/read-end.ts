import postgres from 'postgres'
import { bodyOf, keyOf } from './client.ts'
import type { End, StoredClaim } from './history.ts'

const effectsMsMax = 90_000
const lookEveryMs = 100

/** Waits until the outbox is empty: every claim that was granted had its ruling. */
export async function waitForEffects(
  databaseUrl: string,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const giveUpAt = Date.now() + effectsMsMax
  try {
    for (;;) {
      const [left] = await sql<{ waiting: number; parked: number }[]>`
        select count(*)::int as waiting, count(parked_ms)::int as parked from outbox
        where delay_ms = 0`
      if (left?.waiting === 0) return
      if (left?.parked || Date.now() > giveUpAt) {
        throw new Error(`Effects are missing: ${JSON.stringify(left)}`)
      }
      await pause(lookEveryMs)
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Reads what is there in the end, as the owner of the database. */
export async function readEnd(databaseUrl: string, event: string): Promise<End> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const rows = await sql<ClaimRow[]>`
      select op, device, list, encode(digest, 'hex') as digest, seq, epoch, outcome,
        at_ms::float8 as "atMs", voided_ms::float8 as "voidedMs"
      from claims where event = ${event}`
    const gifts = await sql<End['gifts'][number][]>`
      select id, stock, taken from gifts where event = ${event}`
    return { claims: rows.map(toClaim), gifts: [...gifts] }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

interface ClaimRow extends Omit<StoredClaim, 'key' | 'body'> {
  readonly list: string
  readonly digest: string
  readonly seq: number
  readonly epoch: number
}

function toClaim({ op, device, outcome, atMs, voidedMs, ...asked }: ClaimRow): StoredClaim {
  return { op, device, outcome, atMs, voidedMs, key: keyOf(asked), body: bodyOf(asked) }
}
