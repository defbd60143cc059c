import { inviteeOf } from '@eventpass/sync/testing'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { createDatabase } from '../client/drizzle.ts'
import { readOwnUses } from './own-uses.ts'
import { ledgerTables } from './schema.ts'

test('a long chain is read to its end: admits with an invitee, in the order of the chain', async () => {
  const client = createClient({ url: ':memory:', concurrency: 1 })
  for (const sql of ledgerTables) await client.execute(sql)
  // Of three links one is refused and one has no invitee; invitee 7 comes again and again.
  await client.execute(`
    WITH RECURSIVE link (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM link WHERE seq < 13000)
    INSERT INTO scan (seq, prev, bytes, id, invitee, list, gate, act, counts, forced, at)
    SELECT seq, x'', '', x'', iif(seq % 3 = 0, NULL, iif(seq % 1000 = 1, 7, seq)), x'', x'', 0,
      seq % 3 <> 1 OR seq % 1000 = 1, 0, 0
    FROM link`)

  const uses = await readOwnUses(createDatabase(client))
  expect(uses.of(inviteeOf(7))).toEqual(
    [1, 1001, 2001, 3001, 4001, 5001, 6001, 7001, 8001, 9001, 10001, 11001, 12001].filter(
      (seq) => seq % 3 !== 0,
    ),
  )
  expect([12_998, 12_999, 13_000].map((n) => uses.of(inviteeOf(n)))).toEqual([[12_998], [], []])
  uses.add(13_001, inviteeOf(7))
  expect(uses.of(inviteeOf(7)).at(-1)).toBe(13_001)
})
