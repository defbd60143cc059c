import type { Contact, EventId, ScanBody } from '@eventpass/domain'
import { sealScan } from '@eventpass/sync'
import type { ContactStore } from '../contacts/contact-store.ts'
import type { CentralLedger } from '../ledger/central-ledger.ts'
import { settleLinks } from '../ledger/settle-chain.ts'
import type { Claim, ClaimAnswer } from './claim.ts'
import type { ClaimFacts } from './claim-store.ts'
import type { Desk } from './desk-store.ts'

const noTexts = { code: null, answer: null, note: null }
/** Central's desk lives one life: its clock is the database's. */
export const deskEpoch = 1

/** What staff were shown. */
type Shown = Pick<ClaimAnswer['verdict'], 'kind' | 'reason' | 'revision'> & {
  readonly tier: 'central' | 'signature'
}

/** What chaining a scan of central's own needs. */
export interface DeskStores {
  readonly ledger: CentralLedger
  readonly contacts: ContactStore
}

/**
 * Chains what was answered at central's desk as a scan of its own, in the claim's transaction.
 *
 * Contacts of the same moment stand on both sides of it, so that its time is the database's (TM1). What
 * was told `provisional` is chained as staff took it, an admit by signature, at the time when it was
 * told, but never before the scan in front of it. Answers what was chained as shown.
 */
export async function chainDeskScan(
  { subtle, node }: { readonly subtle: SubtleCrypto; readonly node: string },
  { ledger, contacts }: DeskStores,
  desk: Desk,
  claim: Claim,
  { nowMs, ticket }: Pick<ClaimFacts, 'nowMs' | 'ticket'>,
  { verdict }: Pick<ClaimAnswer, 'verdict'>,
  provisionalMsAgo: number | null,
): Promise<Shown> {
  const head = { seq: desk.throughSeq, hash: desk.throughHash }
  const { link: last } = await ledger.readTip(desk.id, head)
  const lastMs = last?.clock?.monoMs ?? 0
  const atMs =
    provisionalMsAgo === null ? nowMs : Math.min(nowMs, Math.max(nowMs - provisionalMsAgo, lastMs))
  const { revision } = verdict
  const shown: Shown =
    provisionalMsAgo === null
      ? { ...verdict, tier: 'central' }
      : { kind: 'admit', reason: null, tier: 'signature', revision }
  // The database's clock may be set back; the desk's never runs backwards.
  const clock = { epoch: deskEpoch, monoMs: Math.max(atMs, lastMs) }
  const body = bodyOf(desk, claim, { ...clock, wallMs: atMs }, shown)
  const { bytes, hash } = await sealScan(subtle, head.hash, body)
  const invitee = ticket?.invitee ?? null
  const link = { seq: claim.seq, prev: head.hash, hash, bytes, body, texts: noTexts, invitee }
  await settleLinks(ledger, desk.id, desk, [{ ...link, id: claim.op, clock }])
  for (const at of [head, { seq: claim.seq, hash }]) {
    const contact: Contact = {
      ...{ device: desk.id, node, headSeq: at.seq, headHash: at.hash },
      ...{ ...clock, wallMs: atMs, tiMs: atMs, trMs: atMs },
    }
    await contacts.saveContact(contact)
  }
  if (invitee !== null && shown.kind === 'admit') {
    await ledger.enqueueDirty(desk.event, [{ list: claim.list, invitee }])
  }
  return shown
}

function bodyOf(
  { id: device, event }: { readonly id: Desk['id']; readonly event: EventId },
  claim: Claim,
  clocks: Pick<ScanBody, 'epoch' | 'monoMs' | 'wallMs'>,
  { kind: verdict, reason, tier, revision }: Shown,
): ScanBody {
  const { op: id, seq, list, gate, digest } = claim
  return {
    ...{ v: 1, id, event, device, seq, ...clocks, list, gate, act: 'entry', input: 'typed' },
    ...{ role: 'steward', digest, verdict, reason, tier },
    ...{ forced: false, forceSent: false, answers: null, target: null },
    ...{ revision, textHashes: noTexts },
  }
}
