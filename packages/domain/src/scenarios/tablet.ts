import { answeringOf } from '../decide/answering.ts'
import { decide } from '../decide/decide.ts'
import type { DecideInput, KnownUse } from '../decide/decide-input.ts'
import type { TokenFacts } from '../decide/token-facts.ts'
import { decideUndo, type UndoTarget } from '../decide/undo.ts'
import { isVouched, voucherOf } from '../decide/vouching.ts'
import type { EventId, InviteeNo, ListId, ScanHash, ScanId } from '../ids.ts'
import type { ScanBody } from '../scan.ts'
import { nowInterval } from '../time/now.ts'
import type { Verdict } from '../verdict.ts'
import type { ScanStep, UndoStep } from './steps.ts'
import {
  type Device,
  digestOf,
  gateId,
  listId,
  MINUTE_MS,
  monoMsOf,
  type Recorded,
  tokenOf,
  type Venue,
  wallMsOf,
} from './venue.ts'

/** Scans a code on a tablet: decides, records, returns the verdict. */
export function scanOn(venue: Venue, device: Device, step: ScanStep): Verdict {
  venue.nowMs += step.afterMs ?? MINUTE_MS
  const input = inputOf(venue, device, step)
  const verdict = decide(input)
  record(venue, device, verdict, {
    list: input.list,
    act: input.act,
    digest: input.token.digest,
    forceSent: input.force !== null,
    input: step.picked === undefined ? 'camera' : 'search',
    answers:
      input.answering?.scan ??
      (isVouched(input, input.ticket) ? input.voucher?.scan : null) ??
      null,
  })
  return verdict
}

/** Undoes a scan from a tablet, as a steward or, with a reason, as a supervisor. */
export function undoOn(venue: Venue, device: Device, step: UndoStep): Verdict {
  venue.nowMs += step.afterMs ?? MINUTE_MS
  const target = venue.recorded[step.undo - 1]
  if (!target) throw new Error(`nothing was recorded as ${step.undo}`)
  const role = step.supervisor === undefined ? 'steward' : 'supervisor'
  const verdict = decideUndo({
    target: targetOf(venue, device, target),
    role,
    pinOk: false,
    note: step.supervisor ?? null,
    tier: 'replica',
    replicaAgeMs: venue.nowMs - device.pulledAtMs,
    revision: 1,
  })
  const { list, id } = target.scan.body
  record(venue, device, verdict, { list, act: 'void', target: id, role })
  return verdict
}

function targetOf(venue: Venue, device: Device, { scan, trueMs, ...of }: Recorded): UndoTarget {
  const { act, verdict, id } = scan.body
  const voids = knownTo(device).filter((one) => one.scan.body.target === id)
  return {
    act,
    verdict,
    invitee: scan.invitee,
    voided: voids.some(isUse),
    own: of.device === device.name,
    agoMs: venue.nowMs - trueMs,
  }
}

function inputOf(venue: Venue, device: Device, step: ScanStep): DecideInput {
  const picked = step.picked !== undefined
  const token: TokenFacts = picked
    ? { kind: 'by_name', digest: digestOf(step.scan) }
    : tokenOf(step.scan)
  const answered = step.confirms ? answeredBy(device, device.own.at(-1)) : []
  const companion = step.confirms ? answered.at(-1) : venue.recorded[(step.picked ?? 0) - 1]
  const ticket = (token.digest && device.manifest.get(token.digest)) ?? null
  const list = listId(step.list ?? 'L')
  return {
    token,
    ticket,
    uses: usesOf(device, token, ticket?.invitee ?? null),
    frame: venue.frame,
    list,
    gate: gateId(device.gate),
    role: 'steward',
    act: step.act ?? 'entry',
    force: step.forced ? { pinOk: true, note: 'The organiser said so' } : null,
    answer: step.says ?? null,
    answering: answeringOf(answered.map(({ scan }) => scan.body)),
    voucher: companion?.device === device.name ? vouched(venue, device, companion) : null,
    secondPerson: false,
    justHere: justHere(venue, device, token, list),
    now: nowInterval(device.lastContact, {
      epoch: 1,
      monoMs: monoMsOf(venue),
      wallMs: wallMsOf(venue, device),
    }),
    tier: 'replica',
    replicaAgeMs: venue.nowMs - device.pulledAtMs,
    revision: 1,
  }
}

function knownTo(device: Device): readonly Recorded[] {
  return [...device.own, ...device.heard]
}

/** Whose a digest is, a tablet knows by its list, also where it did not when it admitted. */
function usesOf(device: Device, token: TokenFacts, invitee: InviteeNo | null): readonly KnownUse[] {
  const known = knownTo(device).filter(isUse)
  const ours = known.filter(({ scan: { body } }) => {
    const row = body.digest ? device.manifest.get(body.digest) : undefined
    return invitee === null ? body.digest === token.digest : row?.invitee === invitee
  })
  const ids = new Set<ScanId | null>(ours.map(({ scan }) => scan.body.id))
  return [...ours, ...known.filter(({ scan }) => ids.has(scan.body.target))].map(toUse)
}

function justHere(
  venue: Venue,
  device: Device,
  token: TokenFacts,
  list: ListId,
): DecideInput['justHere'] {
  const last = device.own.findLast(
    (one) => isUse(one) && one.scan.body.digest === token.digest && one.scan.body.list === list,
  )
  return last ? { use: toUse(last), agoMs: venue.nowMs - last.trueMs } : null
}

/** The scan shown last, what it answered, and so on. */
function answeredBy({ own }: Device, last: Recorded | undefined): readonly Recorded[] {
  const chain: Recorded[] = []
  let next = last
  while (next) {
    chain.push(next)
    const { answers } = next.scan.body
    next = own.find(({ scan }) => scan.body.id === answers)
  }
  return chain
}

function vouched(venue: Venue, device: Device, { scan, trueMs }: Recorded) {
  const ticket = (scan.body.digest && device.manifest.get(scan.body.digest)) ?? null
  const uses = knownTo(device).filter(isUse).map(toUse)
  return voucherOf(scan.body, { ticket, uses, agoMs: venue.nowMs - trueMs })
}

function isUse({ scan }: Recorded): boolean {
  return scan.body.verdict === 'admit'
}

function toUse({ scan: { body }, trueMs }: Recorded): KnownUse {
  const { id, list, gate, act, forced, target } = body
  return { scan: id, list, gate, act, forced, target, atMs: trueMs, ruling: null }
}

function record(venue: Venue, device: Device, verdict: Verdict, of: Partial<ScanBody>): void {
  if (verdict.kind === 'just_admitted') return
  const seq = device.own.length + 1
  const body: ScanBody = {
    v: 1,
    id: `scan-${venue.recorded.length + 1}` as ScanId,
    event: 'event' as EventId,
    device: device.id,
    seq,
    epoch: 1,
    monoMs: monoMsOf(venue),
    wallMs: wallMsOf(venue, device),
    list: listId('L'),
    gate: gateId(device.gate),
    act: 'entry',
    input: 'camera',
    role: 'steward',
    digest: null,
    verdict: verdict.kind,
    reason: verdict.reason,
    tier: verdict.tier,
    forced: verdict.forced,
    forceSent: false,
    answers: null,
    target: null,
    revision: 1,
    textHashes: { code: null, answer: null, note: null },
    ...of,
  }
  const hash = `${device.name}/${seq}` as ScanHash
  const scan = { body, deviceNo: device.no, hash, invitee: verdict.invitee, quarantine: null }
  const recorded = { scan, trueMs: venue.nowMs, device: device.name }
  device.own.push(recorded)
  venue.recorded.push(recorded)
}
