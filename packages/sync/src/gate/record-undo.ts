import {
  type ClockReading,
  decideUndo,
  isErased,
  type ManifestTicket,
  noTexts,
  type ScanId,
  type UndoTarget,
  type VerdictKind,
} from '@eventpass/domain'
import { elapsedMs, readClocks } from './clocks.ts'
import type { Device } from './device.ts'
import type { ShownVerdict } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { findKnownUses } from './known-uses.ts'
import { saltedText, sealOwnScan } from './seal-own-scan.ts'
import { showVerdict } from './show-verdict.ts'
import type { OwnScan, StoredUse } from './stores.ts'

/** Undoes a scan by a scan of kind `void` that names it (LG6); a refused undo is recorded as well. */
export function recordUndo(
  deps: GateDeps,
  device: Device,
  target: ScanId,
  note: string | null,
): Promise<ShownVerdict> {
  return device.serial.run(async () => {
    const clocks = readClocks(deps.clock, device.epoch)
    const scan = await device.ledger.getScan(target)
    const ticket = scan ? await findTicketOf(device, scan) : null
    const known = scan ? await usesAround(device, scan, ticket) : []
    const info = device.manifest ? await device.manifest.store.info() : null
    const verdict = decideUndo({
      target: scan && toTarget(scan, known, clocks),
      role: device.grant.role,
      pinOk: false,
      note,
      tier: 'replica',
      replicaAgeMs: device.facts.currentAt && elapsedMs(device.facts.currentAt, clocks),
      revision: info?.revision ?? 0,
    })
    const sealed = await sealOwnScan(deps, device, clocks, {
      id: null,
      act: 'void',
      input: 'search',
      digest: null,
      verdict: { ...verdict, kind: verdict.kind as VerdictKind },
      forceSent: false,
      answers: null,
      target,
      // Of who was erased nothing is kept (GD1).
      texts: ticket && isErased(ticket) ? noTexts : { ...noTexts, note: saltedText(deps, note) },
      invitee: scan?.invitee ?? known.find((use) => use.scan === target)?.invitee ?? null,
      name: scan?.name ?? null,
      known,
    })
    if (verdict.kind === 'admit' && scan?.body.digest) device.recentAdmits.delete(scan.body.digest)
    const shown = await showVerdict(deps, device, clocks, {
      frame: info?.frame ?? null,
      verdict,
      ticket: null,
      scan: sealed.body.id,
    })
    return { ...shown, name: scan?.name ?? null }
  })
}

async function findTicketOf(
  { manifest }: Device,
  { body }: OwnScan,
): Promise<ManifestTicket | null> {
  return body.digest && manifest ? manifest.store.findTicket(body.digest) : null
}

/** The uses among which a void of this scan would be. */
async function usesAround(
  device: Device,
  { body, invitee }: OwnScan,
  ticket: ManifestTicket | null,
): Promise<readonly StoredUse[]> {
  return findKnownUses(device, invitee ?? ticket?.invitee ?? null, body.digest)
}

function toTarget(
  { body, invitee }: OwnScan,
  known: readonly StoredUse[],
  now: ClockReading,
): UndoTarget {
  const voided = known.some(
    ({ scan, act, target, ruling }) =>
      (act === 'void' && target === body.id) || (scan === body.id && ruling?.kind === 'voided'),
  )
  const { act, verdict } = body
  // A wall clock that jumped refuses no undo; across restarts there is no other.
  const sameLife = body.epoch === now.epoch
  const agoMs = sameLife ? now.monoMs - body.monoMs : elapsedMs(body, now)
  return { act, verdict, invitee, voided, own: true, agoMs }
}
