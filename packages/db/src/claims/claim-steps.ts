import type { Claim, ClaimFacts, ClaimStepsDep, NewClaim } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import type { Drizzle } from '../drizzle.ts'
import { createFrameCache } from './frame-cache.ts'
import { createGatherer } from './gather.ts'
import { insertClaims } from './insert-claims.ts'
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
  const frames = createFrameCache()
  const placeOf = (tenant: TenantId) => ({ db, tenant, binds: true })
  const readTogether = createGatherer<Claim, ClaimFacts | null>(
    { underWayMax: readingMax, perBatchMax },
    (tenant, claims) => readCommonFacts(placeOf(tenant), frames, claims),
  )
  const insertTogether = createGatherer<NewClaim, boolean>(
    { underWayMax: writingMax, perBatchMax },
    (tenant, rows) => insertClaims(placeOf(tenant), rows),
  )
  return {
    readFacts: async (tenant, claim) =>
      (await readTogether(tenant, claim)) ?? readClaimFacts(placeOf(tenant), frames, claim),
    async insert(tenant, row) {
      const stored = await insertTogether(tenant, row)
      if (stored) onOutbox()
      return stored
    },
  }
}
