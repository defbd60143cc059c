import { isLongEnough, likePatterns, searchHitsMax } from '@eventpass/domain'
import type { Device } from './device.ts'
import type { SearchHit } from './gate.ts'
import { toSearchHit } from './show-verdict.ts'

/** Rows whose folded name holds every word of the query; none below the role's letters (scenario 38). */
export async function searchTickets(device: Device, query: string): Promise<readonly SearchHit[]> {
  const { manifest, grant } = device
  if (!manifest || !isLongEnough(query, grant.role)) return []
  const patterns = likePatterns(query)
  if (patterns.length === 0) return []
  const { frame } = await manifest.store.info()
  const tickets = await manifest.store.searchTickets(patterns, searchHitsMax)
  const hits: SearchHit[] = []
  for (const ticket of tickets) hits.push(await toSearchHit(device, frame, ticket))
  return hits
}
