import type { Claim, ClaimFacts, ClaimStepsDep, ForetoldClaim, NewClaim } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import type { Drizzle } from '../drizzle.ts'
import { createGatherer } from './gather.ts'
import { insertClaims } from './insert-claims.ts'
import { insertForetold } from './insert-foretold.ts'
import { createPlaceCache } from './place-cache.ts'
import { readClaimFacts } from './read-claim-facts.ts'
import { readCommonFacts } from './read-common-facts.ts'

const perBatchMax = 50
/** One reads what the next batches will write; two writes, so that one meets the other's flush to the disk. */
const [readingMax, writingMax] = [1, 2]

/**
 * Each step is a statement, and so a transaction, that claims of the same moment share; the function that
 * it calls binds it to the tenant. What is out of the ordinary is read by itself.
 */
export function createClaimSteps(db: Drizzle, onOutbox: () => void): ClaimStepsDep['claimSteps'] {
  const places = createPlaceCache()
  const writing = new Set<string>()
  const statementOf = (tenant: TenantId) => ({ db, tenant, binds: true })
  const readTogether = createGatherer<Claim, ClaimFacts | null>(
    { underWayMax: readingMax, perBatchMax },
    (tenant, claims) => readCommonFacts(statementOf(tenant), places, claims),
  )
  const insertTogether = createGatherer<NewClaim, boolean>(
    { underWayMax: writingMax, perBatchMax },
    (tenant, rows) => insertClaims(statementOf(tenant), rows),
  )
  const foretoldTogether = createGatherer<ForetoldClaim, ClaimFacts | null>(
    { underWayMax: writingMax, perBatchMax },
    (tenant, claims) => insertForetold(statementOf(tenant), claims),
  )
  return {
    async readFacts(tenant, claim) {
      const facts =
        (await readTogether(tenant, claim)) ??
        (await readClaimFacts(statementOf(tenant), places, claim))
      if (facts) places.keepRole(tenant, claim, facts)
      return facts
    },
    async insert(tenant, row) {
      const stored = await insertTogether(tenant, row)
      if (stored) onOutbox()
      return stored
    },
    recall: places.placeOf,
    async insertForetold(tenant, foretold) {
      const { list, digest } = foretold.claim
      const code = `${tenant}/${list}/${digest}`
      // One of a code at a time; the others take turns, so that the database does not see them all.
      if (writing.has(code)) return null
      writing.add(code)
      try {
        const facts = await foretoldTogether(tenant, foretold)
        if (facts) onOutbox()
        return facts
      } finally {
        writing.delete(code)
      }
    },
  }
}
