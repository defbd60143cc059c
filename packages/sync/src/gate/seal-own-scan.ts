import type {
  ClockReading,
  Digest,
  InviteeNo,
  SaltedText,
  ScanAct,
  ScanBody,
  ScanId,
  ScanInput,
  ScanTexts,
  Verdict,
  VerdictKind,
} from '@eventpass/domain'
import { hashTexts, saltBytes, saltText } from '../chain/salted-text.ts'
import { writeScan } from '../chain/seal-scan.ts'
import { textLengthMax } from '../wire/push.ts'
import { estimateNowMs } from './clocks.ts'
import type { Device } from './device.ts'
import type { GateDeps } from './gate-deps.ts'
import { createScanId } from './scan-id.ts'
import type { NewScan, StoredUse } from './stores.ts'

/** A verdict that is recorded, and what the scan says beside it. */
export interface ScanDraft {
  /** The id of the intent that was written before an upstream was asked, or null. */
  readonly id: ScanId | null
  readonly act: ScanAct
  readonly input: ScanInput
  readonly digest: Digest | null
  readonly verdict: Omit<Verdict, 'kind'> & { readonly kind: VerdictKind }
  readonly forceSent: boolean
  readonly answers: ScanId | null
  readonly target: ScanId | null
  readonly texts: ScanTexts
  readonly invitee: InviteeNo | null
  readonly name: string | null
  /** What was known of the invitee when this was decided. */
  readonly known: readonly StoredUse[]
}

/**
 * Chains a scan behind the head and commits it durably (SY1). Only inside the device's
 * serial section, with the clocks that were read in it.
 */
export async function sealOwnScan(
  deps: GateDeps,
  device: Device,
  clocks: ClockReading,
  draft: ScanDraft,
): Promise<NewScan> {
  if (device.closed) {
    throw new Error('This tablet is just being paired anew. Nothing was recorded.')
  }
  const head = await device.ledger.head()
  const body: ScanBody = {
    v: 1,
    id: draft.id ?? createScanId(deps),
    event: device.grant.event,
    device: device.grant.device,
    seq: head.seq + 1,
    ...clocks,
    list: device.facts.list,
    gate: device.facts.gate,
    act: draft.act,
    input: draft.input,
    role: device.grant.role,
    digest: draft.digest,
    verdict: draft.verdict.kind,
    reason: draft.verdict.reason,
    tier: draft.verdict.tier,
    forced: draft.verdict.forced,
    forceSent: draft.forceSent,
    answers: draft.answers,
    target: draft.target,
    revision: draft.verdict.revision,
    textHashes: await hashTexts(deps.subtle, draft.texts),
  }
  // What was known here happened before this, whatever the clocks say.
  const after = draft.known.reduce((latest, { atMs }) => Math.max(latest, atMs + 1), -Infinity)
  const atMs = Math.max(after, estimateNowMs(device.lastContact, clocks))
  const { texts, invitee, name } = draft
  const bytes = writeScan(body)
  const scan = { body, bytes, prev: head.hash, texts, invitee, name, atMs }
  if (invitee !== null) device.used.invitees.add(invitee)
  else if (draft.digest !== null) device.hasUnlisted = true
  try {
    await device.ledger.commitScan(scan)
  } catch (cause) {
    throw new Error('This scan could not be written down, so it counts for nothing.', { cause })
  }
  return scan
}

/** The scan as a use, for what is remembered in memory. */
export function scanToUse({ body, invitee, atMs }: NewScan): StoredUse {
  const { id, list, gate, act, forced, target } = body
  return { scan: id, invitee, list, gate, act, forced, target, atMs, own: true, ruling: null }
}

/** A text with a salt of its own; what no database stores (NUL, half surrogates) is replaced. */
export function saltedText({ randomBytes }: GateDeps, text: string | null): SaltedText | null {
  if (text === null || text.trim() === '') return null
  const short = text.slice(0, textLengthMax)
  const stored = short.replaceAll('\0', '\ufffd').replace(/[\ud800-\udfff]/gu, '\ufffd')
  return saltText(randomBytes(saltBytes), stored)
}
