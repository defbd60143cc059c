import { type EventId, noTexts, type ScanTexts } from '@eventpass/domain'
import type { UnmarkedScan } from '../ledger/settle-chain.ts'
import type { AboutSomebody, ErasureStore } from './erasure-store.ts'
import { blankTexts, readAbout } from './kept-push.ts'

type Locks = Pick<ErasureStore, 'lockErased'>
type PushedScans = Parameters<typeof blankTexts>[0]

/** Scans as they may be stored: what comes late about somebody who was erased comes without its texts (GD1). */
export async function withholdTexts(
  erasure: Locks,
  event: EventId,
  rows: readonly UnmarkedScan[],
): Promise<readonly UnmarkedScan[]> {
  const digests = new Map(rows.flatMap(({ body }) => (body ? [[body.id, body.digest]] : [])))
  const about = rows.flatMap(({ body, texts }): AboutSomebody[] => {
    if (!body || !hasText(texts)) return []
    const { id, target } = body
    return [{ id, target, digest: body.digest ?? (target && digests.get(target)) ?? null }]
  })
  if (about.length === 0) return rows
  const erased = await erasure.lockErased(event, about)
  return rows.map((row) => (row.body && erased.has(row.body.id) ? { ...row, texts: noTexts } : row))
}

/** The same for a push that is kept whole, as evidence. */
export async function withholdPushedTexts(
  erasure: Locks,
  event: EventId,
  scans: PushedScans,
): Promise<PushedScans> {
  if (!scans.some(({ texts }) => hasText(texts))) return scans
  return blankTexts(scans, await erasure.lockErased(event, readAbout(scans)))
}

function hasText({ code, answer, note }: ScanTexts): boolean {
  return (code ?? answer ?? note) !== null
}
