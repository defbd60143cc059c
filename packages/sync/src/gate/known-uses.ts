import type { Digest, InviteeNo, ListId, ScanId } from '@eventpass/domain'
import type { Device } from './device.ts'
import type { StoredUse } from './stores.ts'

/**
 * Every use that this gate knows of an invitee, or of a code whose invitee is unknown: the
 * manifest's summary and the ledger's own and heard scans, each scan once (SY5, DC6).
 */
export async function findKnownUses(
  device: Device,
  invitee: InviteeNo | null,
  digest: Digest | null,
): Promise<readonly StoredUse[]> {
  const unlisted =
    digest === null || !device.hasUnlisted ? [] : await device.ledger.findUnlistedUses(digest)
  if (invitee === null) return unlisted
  const summary = device.manifest ? await device.manifest.store.findUses(invitee) : []
  return [...(await addLedger(device, invitee, summary)), ...unlisted]
}

/** The same for the figures: what the manifest's own sum counted, and what is known by now. */
export async function findUsesBySource(
  device: Device,
  invitee: InviteeNo,
): Promise<{ readonly summary: readonly StoredUse[]; readonly known: readonly StoredUse[] }> {
  const summary = device.manifest ? await device.manifest.store.findUses(invitee) : []
  return { summary, known: await addLedger(device, invitee, summary) }
}

async function addLedger(
  { ledger, used }: Device,
  invitee: InviteeNo,
  summary: readonly StoredUse[],
): Promise<readonly StoredUse[]> {
  const mayBeUsed = !used.all || used.invitees.has(invitee)
  if (!mayBeUsed && summary.length === 0) return []
  const rulings =
    summary.length > 0 ? await ledger.findRulings(summary.map(({ scan }) => scan)) : []
  const own = mayBeUsed ? await ledger.findUses(invitee) : []
  const byScan = new Map<ScanId, StoredUse>()
  for (const use of summary) byScan.set(use.scan, use)
  for (const { id, ruling, atMs } of rulings) {
    const use = byScan.get(id)
    if (use) byScan.set(id, { ...use, ruling, atMs })
  }
  for (const use of own) byScan.set(use.scan, merge(byScan.get(use.scan), use))
  return [...byScan.values()]
}

/** A ruling in the ledger came after the summary; without one, the summary's time is central's. */
function merge(summary: StoredUse | undefined, use: StoredUse): StoredUse {
  if (!summary) return use
  return use.ruling ? use : { ...use, ruling: summary.ruling, atMs: summary.atMs }
}

/** How many people a set of one invitee's uses leaves inside: unvoided entries minus exits, at least 0 (EN5). */
export function countInside(uses: readonly StoredUse[], list: ListId): number {
  const voided = new Set(uses.flatMap(({ act, target }) => (act === 'void' ? [target] : [])))
  const standing = uses.filter(
    (use) =>
      use.list === list &&
      use.act !== 'void' &&
      !voided.has(use.scan) &&
      use.ruling?.kind !== 'voided',
  )
  const entries = standing.filter(({ act }) => act === 'entry').length
  return Math.max(0, entries - (standing.length - entries))
}
