import type { ClaimFacts, ForetoldClaim } from '@eventpass/api'
import { sql } from 'drizzle-orm'
import { prepared } from '../prepared.ts'
import { queryRows } from '../query-rows.ts'
import { type CommonRow, toCommonFacts } from './common-facts.ts'
import type { StatementPlace } from './read-claim-facts.ts'

/** Writes those claims that are as they were foretold, in one statement; null for the others. */
export async function insertForetold(
  { db, tenant }: StatementPlace,
  claims: readonly ForetoldClaim[],
): Promise<readonly (ClaimFacts | null)[]> {
  const answers = new Map<ForetoldClaim['answers'], string>()
  const asked = claims.map(({ claim, askedHash, place: at, answers: of }, place) => {
    const { device, op, seq, epoch, list, gate, digest } = claim
    const kind = answers.get(of) ?? String(answers.size)
    answers.set(of, kind)
    return {
      ...{ place, place_kind: kind, device, op, seq, epoch, list, gate, digest: `\\x${digest}` },
      ...{ asked_hash: askedHash, event: at.event, frame: at.revision, of_role: at.role },
    }
  })
  const byKind = Object.fromEntries([...answers].map(([of, kind]) => [kind, of]))
  const [row] = await queryRows<{ facts: readonly CommonRow[] }>(
    db,
    prepared(sql`select insert_foretold_claims(${tenant}, ${JSON.stringify(asked)},
      ${JSON.stringify(byKind)}) as facts`),
  )
  const facts: (ClaimFacts | null)[] = claims.map(() => null)
  for (const common of row?.facts ?? []) {
    const claim = claims[common[0]]
    if (claim) facts[common[0]] = toCommonFacts(common, claim.place)
  }
  return facts
}
