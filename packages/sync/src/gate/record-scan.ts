import {
  answeringOf,
  type ClockReading,
  type DecideInput,
  type Digest,
  decide,
  isErased,
  isVouched,
  type JustHere,
  keepsCode,
  type ManifestFrame,
  type ManifestTicket,
  noTexts,
  nowInterval,
  type ScanTexts,
  type TokenFacts,
  type Verdict,
} from '@eventpass/domain'
import { classifyToken } from '@eventpass/token'
import { isPin } from '../pairing/pin.ts'
import { askUpstream } from './ask-upstream.ts'
import { elapsedMs, readClocks } from './clocks.ts'
import { type Device, heldKeys, standingOf } from './device.ts'
import { findAnswered, findVoucher } from './find-answered.ts'
import type { ScanAttempt, ShownVerdict } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { findKnownUses } from './known-uses.ts'
import { type ScanDraft, saltedText, scanToUse, sealOwnScan } from './seal-own-scan.ts'
import { shownName, showVerdict } from './show-verdict.ts'
import type { StoredUse } from './stores.ts'

/** After this many wrong PINs the next is looked at only after a pause. */
const pinFaultsMax = 5
const pinPauseMs = 30_000

/** Codes admitted here within this time are remembered for DC9's notice. */
const recentMsMax = 10_000

/** Wrong PINs of this worker's life. */
export interface PinGuard {
  faults: number
  blockedUntilMonoMs: number
}

/**
 * Decides one attempt and records it durably before it answers (SY1).
 *
 * Runs as the device's only open scan: clocks, facts, decision, link and commit
 * are one piece, so that a scan a moment ago counts (DC6) and no contact falls
 * between (TM). Rejects with a sentence for people where nothing can be decided.
 */
export function recordScan(
  deps: GateDeps,
  device: Device,
  pins: PinGuard,
  attempt: ScanAttempt,
): Promise<ShownVerdict> {
  return device.serial.run(async () => {
    const clocks = readClocks(deps.clock, device.epoch)
    const pinOk = attempt.force !== null && (await checkPin(deps, device, pins, attempt.force))
    const token = await readSource(deps, device, attempt)
    const row = await findRow(device, token.digest)
    const force = attempt.force && { pinOk, note: attempt.force.note }
    const answered = attempt.answers === null ? [] : await findAnswered(device, attempt.answers)
    const answering = answeringOf(answered)
    const oldest = answered.at(-1)
    const voucher = oldest ? await findVoucher(device, clocks, oldest) : null
    const { act } = attempt
    const alone = judge(device, row, {
      token,
      act,
      force,
      answer: attempt.answer,
      answering,
      voucher,
      secondPerson: attempt.secondPerson,
      justHere: justHere(device, token.digest, clocks),
      now: nowInterval(device.lastContact, clocks),
      replicaAgeMs: device.facts.currentAt && elapsedMs(device.facts.currentAt, clocks),
    })
    const { uses, frame } = row
    const upstream = await askUpstream(deps, device, clocks, {
      ...{ attempt, token, verdict: alone, uses, answering },
    })
    const { verdict, ticket } = upstream?.decided ?? { verdict: alone, ticket: row.ticket }
    const { kind } = verdict
    const asked = { token, act, voucher, list: device.facts.list }
    if (kind === 'just_admitted') {
      return showVerdict(deps, device, clocks, { frame, verdict, ticket, scan: null })
    }

    const draft: ScanDraft = {
      id: upstream?.op ?? null,
      act: attempt.act,
      input: attempt.source.kind === 'row' ? 'search' : attempt.source.input,
      digest: token.digest,
      verdict: { ...verdict, kind },
      forceSent: attempt.force !== null,
      answers: answering?.scan ?? (isVouched(asked, ticket) ? voucher?.scan : null) ?? null,
      target: null,
      texts: textsOf(deps, attempt, token, ticket),
      invitee: ticket?.invitee ?? null,
      name: shownName(ticket),
      known: uses,
    }
    const scan = await sealOwnScan(deps, device, clocks, draft)
    if (kind === 'admit' && token.digest) {
      device.recentAdmits.delete(token.digest)
      device.recentAdmits.set(token.digest, { use: scanToUse(scan), monoMs: clocks.monoMs })
    }
    return showVerdict(deps, device, clocks, { frame, verdict, ticket, scan: scan.body.id })
  })
}

/** What the stores know of a code. */
interface Row {
  readonly frame: ManifestFrame | null
  readonly revision: number
  readonly ticket: ManifestTicket | null
  readonly uses: readonly StoredUse[]
}

async function findRow(device: Device, digest: Digest | null): Promise<Row> {
  const { manifest } = device
  if (!manifest) return { frame: null, revision: 0, ticket: null, uses: [] }
  const { frame, revision } = await manifest.store.info()
  if (digest === null) return { frame, revision, ticket: null, uses: [] }
  const ticket = await manifest.store.findTicket(digest)
  const uses = await findKnownUses(device, ticket?.invitee ?? null, digest)
  return { frame, revision, ticket, uses }
}

type Asked = Omit<
  DecideInput,
  'ticket' | 'uses' | 'frame' | 'list' | 'gate' | 'role' | 'tier' | 'revision'
>

function judge(device: Device, { frame, revision, ticket, uses }: Row, asked: Asked): Verdict {
  const { list, gate } = device.facts
  const { role } = device.grant
  const standing = standingOf(device)
  const wiped = standing === 'revoked' || standing === 'locked'
  const { token } = asked
  const mayBeListed =
    token.kind === 'genuine' || token.kind === 'unverified' || token.kind === 'by_name'
  if (!wiped && (frame || !mayBeListed)) {
    // A code that its own facts refuse is refused before any list is looked at.
    const rules = frame ?? noFrame
    const input = { ...asked, ticket, uses, frame: rules, list, gate, role, revision }
    return decide({ ...input, tier: 'replica' })
  }
  return {
    kind: 'refuse',
    reason: wiped ? 'wiped' : 'sync_needed',
    tier: 'replica',
    invitee: null,
    forced: false,
    earlier: null,
    explanation: null,
    whenMs: null,
    question: null,
    replicaAgeMs: null,
    revision,
    notice: null,
  }
}

const noFrame: ManifestFrame = {
  eventName: '',
  categories: [],
  lists: [],
  gates: [],
  policy: { unlisted: 'refuse', byName: 'refuse', replicaAgeMsMax: null, timeZone: 'UTC' },
}

async function readSource(
  deps: GateDeps,
  device: Device,
  { source }: ScanAttempt,
): Promise<TokenFacts> {
  if (source.kind === 'row') return { kind: 'by_name', digest: source.digest as Digest }
  return classifyToken(deps.subtle, source.text, heldKeys(device))
}

/** What is kept beside a scan; of who was erased nothing is (GD1). */
function textsOf(
  deps: GateDeps,
  attempt: ScanAttempt,
  token: TokenFacts,
  ticket: ManifestTicket | null,
): ScanTexts {
  if (ticket && isErased(ticket)) return noTexts
  return {
    code: saltedText(deps, rawCode(attempt, token, ticket)),
    answer: saltedText(deps, attempt.answer),
    note: saltedText(deps, attempt.force?.note ?? null),
  }
}

/** Raw text is kept only where it proves something (see `keepsCode`), until central's receipt. */
function rawCode(
  { source }: ScanAttempt,
  token: TokenFacts,
  ticket: ManifestTicket | null,
): string | null {
  return source.kind === 'text' && keepsCode(token, ticket !== null) ? source.text : null
}

function justHere(
  { recentAdmits }: Device,
  digest: Digest | null,
  { monoMs }: ClockReading,
): JustHere | null {
  for (const [code, admit] of recentAdmits) {
    // In the order of their times: behind the first that is recent lie no old ones.
    if (monoMs - admit.monoMs <= recentMsMax) break
    recentAdmits.delete(code)
  }
  const recent = digest === null ? undefined : recentAdmits.get(digest)
  return recent ? { use: recent.use, agoMs: monoMs - recent.monoMs } : null
}

async function checkPin(
  { subtle, clock }: GateDeps,
  { grant }: Device,
  pins: PinGuard,
  force: NonNullable<ScanAttempt['force']>,
): Promise<boolean> {
  // A supervisor's own device needs no PIN where the organiser set none.
  if (grant.pinHash === null) return grant.role === 'supervisor'
  if (clock.monoMs() < pins.blockedUntilMonoMs) {
    throw new Error('Too many wrong PINs. Wait half a minute, then try again.')
  }
  if (await isPin(subtle, grant.pinHash, force.pin)) {
    pins.faults = 0
    return true
  }
  pins.faults += 1
  if (pins.faults % pinFaultsMax === 0) pins.blockedUntilMonoMs = clock.monoMs() + pinPauseMs
  throw new Error('That is not the supervisor’s PIN. Nothing was recorded. Try again.')
}
