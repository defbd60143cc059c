import type {
  CheckInList,
  DeviceId,
  DeviceNo,
  Digest,
  EventId,
  Gate,
  GateId,
  InviteeNo,
  ListId,
  ManifestFrame,
  ManifestTicket,
  ScanBody,
  ScanHash,
  ScanId,
  TenantId,
} from '@eventpass/domain'
import type { LinkHasher } from '../chain/seal-scan.ts'
import type { HeardScan, VectorEntry } from '../wire/pull.ts'
import type { OwnScan } from './stores.ts'

/** A well-formed UUID made of a small number, so that failures read well. */
function uuidOf(kind: number, n: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}

export const tenantOf = (n: number) => uuidOf(1, n) as TenantId
export const eventOf = (n: number) => uuidOf(2, n) as EventId
export const listOf = (n: number) => uuidOf(3, n) as ListId
export const gateOf = (n: number) => uuidOf(4, n) as GateId
export const deviceOf = (n: number) => uuidOf(5, n) as DeviceId
export const scanOf = (n: number) => uuidOf(6, n) as ScanId
export const digestOf = (n: number) => n.toString(16).padStart(32, '0') as Digest
export const hashOf = (n: number) => n.toString(16).padStart(64, '0') as ScanHash
export const inviteeOf = (n: number) => n as InviteeNo
export const deviceNoOf = (n: number) => n as DeviceNo

/** A ticket of invitee `n` with digest `n`, valid and plain. */
export function ticketOf(n: number, change: Partial<ManifestTicket> = {}): ManifestTicket {
  return {
    digest: digestOf(n),
    invitee: inviteeOf(n),
    name: `Guest ${n}`,
    category: null,
    state: 'valid',
    stateAtMs: null,
    blocked: false,
    validFromMs: null,
    validUntilMs: null,
    party: null,
    notice: null,
    ...change,
  }
}

/** List 1 counts once, anyone may use it, no rules. */
export function checkInListOf(n: number, change: Partial<CheckInList> = {}): CheckInList {
  return {
    id: listOf(n),
    name: `List ${n}`,
    counting: 'once',
    reEntry: true,
    categories: null,
    unpaid: 'refuse',
    rules: [],
    question: null,
    ...change,
  }
}

const theGates: readonly Gate[] = [
  { id: gateOf(1), name: 'North' },
  { id: gateOf(2), name: 'South' },
]

/** One list, two gates, no categories; genuine unlisted codes may be admitted by any steward. */
export function frameOf(change: Partial<ManifestFrame> = {}): ManifestFrame {
  return {
    eventName: 'Harbour Festival',
    categories: ['Guest', 'Crew'],
    lists: [checkInListOf(1)],
    gates: theGates,
    policy: {
      unlisted: 'steward',
      byName: 'steward',
      replicaAgeMsMax: null,
      timeZone: 'Europe/Berlin',
    },
    ...change,
  }
}

/** Entries of a version vector: [deviceNo, branch, seq]. */
export function vectorOf(
  ...entries: readonly (readonly [number, string, number])[]
): VectorEntry[] {
  return entries.map(([no, branch, seq]) => [deviceNoOf(no), branch as ScanHash | '', seq])
}

/** What a manifest file is built from, whoever builds it. */
export interface ManifestContent {
  readonly event: EventId
  readonly revision: number
  readonly frame: ManifestFrame
  readonly tickets: readonly ManifestTicket[]
  /** The scan summary at the checkpoint. */
  readonly scans: readonly HeardScan[]
  readonly vector: readonly VectorEntry[]
  readonly rulingsRevision: number
}

export function contentOf(change: Partial<ManifestContent> = {}): ManifestContent {
  return {
    event: eventOf(1),
    revision: 1,
    frame: frameOf(),
    tickets: [],
    scans: [],
    vector: [],
    rulingsRevision: 0,
    ...change,
  }
}

/** An entry heard of device `deviceNo` at `seq`; its id is made of both. */
export function heardOf(
  deviceNo: number,
  seq: number,
  invitee: number,
  change: Partial<HeardScan> = {},
): HeardScan {
  return {
    id: scanOf(deviceNo * 10_000 + seq),
    deviceNo: deviceNoOf(deviceNo),
    branch: '',
    seq,
    invitee: inviteeOf(invitee),
    list: listOf(1),
    gate: gateOf(2),
    act: 'entry',
    forced: false,
    target: null,
    atMs: 1_000_000 + seq,
    ruling: null,
    ...change,
  }
}

/** The made-up hash of a link that `ownScanOf` made. */
export function linkHashOf(_prev: ScanHash, bytes: string): ScanHash {
  return hashOf((JSON.parse(bytes) as ScanBody).seq)
}

/** The same for stores that wait for their hashes. */
export const linkHasherOf: LinkHasher = async (prev, bytes) => linkHashOf(prev, bytes)

/** Link `seq` of a chain with made-up hashes: an admitted entry of invitee `invitee`. */
export function ownScanOf(
  seq: number,
  invitee: number | null,
  change: Partial<ScanBody> = {},
): OwnScan {
  const body: ScanBody = {
    v: 1,
    id: scanOf(seq),
    event: eventOf(1),
    device: deviceOf(1),
    seq,
    epoch: 1,
    monoMs: 1_000 * seq,
    wallMs: 1_700_000_000_000 + 1_000 * seq,
    list: listOf(1),
    gate: gateOf(1),
    act: 'entry',
    input: 'camera',
    role: 'steward',
    digest: invitee === null ? null : digestOf(invitee),
    verdict: 'admit',
    reason: null,
    tier: 'replica',
    forced: false,
    forceSent: false,
    answers: null,
    target: null,
    revision: 1,
    textHashes: { code: null, answer: null, note: null },
    ...change,
  }
  return {
    body,
    bytes: JSON.stringify(body),
    prev: hashOf(seq - 1),
    hash: hashOf(seq),
    texts: { code: null, answer: null, note: null },
    invitee: invitee === null ? null : inviteeOf(invitee),
    name: invitee === null ? null : `Guest ${invitee}`,
    atMs: 2_000_000 + seq,
  }
}
