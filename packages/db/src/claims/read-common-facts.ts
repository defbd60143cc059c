import type { Claim, ClaimFacts } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import { type CommonRow, toCommonFacts } from './common-facts.ts'
import type { PlaceCache } from './place-cache.ts'
import type { StatementPlace } from './read-claim-facts.ts'

/** The facts of those claims that are common ones, in one statement; null for the others. */
export async function readCommonFacts(
  { db, tenant }: StatementPlace,
  places: PlaceCache,
  claims: readonly Claim[],
): Promise<readonly (ClaimFacts | null)[]> {
  const known = claims.map(({ list }) => places.frameOf(tenant, list))
  const asked = claims.flatMap(({ device, op, seq, epoch, list, digest }, place) => {
    const frame = known[place]
    if (!frame) return []
    const { event, revision } = frame
    return [{ place, device, op, seq, epoch, list, digest: `\\x${digest}`, event, frame: revision }]
  })
  const facts: (ClaimFacts | null)[] = claims.map(() => null)
  if (asked.length === 0) return facts
  const [row] = await queryRows<{ facts: readonly CommonRow[] }>(
    db,
    prepared(sql`select common_claim_facts(${tenant}, ${JSON.stringify(asked)}) as facts`),
  )
  for (const common of row?.facts ?? []) {
    const frame = known[common[0]]
    if (frame) facts[common[0]] = toCommonFacts(common, frame)
  }
  return facts
}
