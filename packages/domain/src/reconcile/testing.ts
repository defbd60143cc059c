/** Scans, lists and facts of one key, small enough to collide. */
import fc from 'fast-check'
import type { DeviceNo, Digest, EventId, GateId, InviteeNo, ListId, ScanId } from '../ids.ts'
import type { CheckInList } from '../manifest.ts'
import type { Contact, Scan, ScanBody } from '../scan.ts'
import { indexContactsByDevice } from '../time/contacts.ts'
import { contact, DOORS_OPEN_MS, deviceId, hashOf } from '../time/testing.ts'
import type { KeyFacts } from './key.ts'

export const MINUTE_MS = 60_000

/** Ms since 1970, from minutes after doors open. */
export const atMinute = (minute: number) => DOORS_OPEN_MS + minute * MINUTE_MS

export const scanId = (name: string) =>
  `00000000-0000-4000-8000-${name.padStart(12, '0')}` as ScanId

export const digest = (name: string) => name.padStart(32, '0') as Digest

/** An admitted entry of device 1 at doors open, unless said. `minute` sets both clocks of a truthful device. */
export function scan(
  name: string,
  of: Partial<ScanBody> & { readonly minute?: number; readonly no?: number } = {},
  about: Partial<Omit<Scan, 'body'>> = {},
): Scan {
  const { minute = 0, no = 1, ...rest } = of
  const seq = rest.seq ?? 1 + Math.round(minute * 10)
  const body: ScanBody = {
    v: 1,
    id: scanId(name),
    event: '00000000-0000-4000-8000-00000000e0e0' as EventId,
    device: deviceId(no),
    seq,
    epoch: 1,
    monoMs: Math.round(minute * MINUTE_MS),
    wallMs: Math.round(atMinute(minute)),
    list: list().id,
    gate: `00000000-0000-4000-8000-0000000060${no + 10}` as GateId,
    act: 'entry',
    input: 'camera',
    role: 'steward',
    digest: digest('1'),
    verdict: 'admit',
    reason: null,
    tier: 'replica',
    forced: false,
    forceSent: false,
    answers: null,
    target: null,
    revision: 1,
    textHashes: { code: null, answer: null, note: null },
    ...rest,
  }
  const deviceNo = no as DeviceNo
  return {
    body,
    deviceNo,
    hash: hashOf(no, seq),
    invitee: 7 as InviteeNo,
    quarantine: null,
    ...about,
  }
}

export function list(of: Partial<CheckInList> = {}): CheckInList {
  return {
    id: '00000000-0000-4000-8000-000000001157' as ListId,
    name: 'Main',
    counting: 'once',
    reEntry: true,
    categories: null,
    unpaid: 'refuse',
    rules: [],
    question: null,
    ...of,
  }
}

/** Quick contacts of truthful devices at both ends of a day, so that every interval is narrow. */
export const goodContacts: readonly Contact[] = [1, 2, 3, 4].flatMap((no) =>
  [0, 1_440].map((minute) =>
    contact({
      device: deviceId(no),
      headSeq: minute * 10 + (minute > 0 ? 1 : 0),
      ti: minute * MINUTE_MS - 10,
      tr: minute * MINUTE_MS + 10,
      monoMs: minute * MINUTE_MS,
      wallMs: atMinute(minute),
    }),
  ),
)

export function facts(
  scans: readonly Scan[],
  of: Partial<Omit<KeyFacts, 'scans' | 'contacts'>> & {
    readonly contacts?: readonly Contact[]
  } = {},
): KeyFacts {
  const { contacts = goodContacts, ...rest } = of
  return {
    list: list(),
    invitee: 7 as InviteeNo,
    timeZone: 'Europe/Berlin',
    tickets: [],
    ...rest,
    scans,
    contacts: indexContactsByDevice(contacts),
  }
}

/** Scans of one key by three devices: entries, exits, refusals and voids, some forced or quarantined, some with one estimate. */
export const anyScans: fc.Arbitrary<readonly Scan[]> = fc
  .array(
    fc.record({
      no: fc.integer({ min: 1, max: 3 }),
      minute: fc.integer({ min: 1, max: 30 }),
      act: fc.constantFrom('entry', 'entry', 'exit', 'void'),
      verdict: fc.constantFrom('admit', 'admit', 'admit', 'refuse', 'attention'),
      forced: fc.constantFrom(false, false, true),
      role: fc.constantFrom('steward', 'steward', 'supervisor'),
      target: fc.nat(9),
      quarantine: fc.constantFrom(null, null, null, null, 'clock', 'after_fork'),
      digest: fc.constantFrom('1', '2'),
      fork: fc.nat(9),
      // A clone's scans share numbers and differ in time.
      cloned: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 10 },
  )
  .map((plans) =>
    plans.map(({ quarantine, fork, target, cloned, ...plan }, at) =>
      scan(
        `${at}`,
        {
          ...plan,
          ...(cloned ? { seq: 50 } : {}),
          digest: digest(plan.digest),
          target: plan.act === 'void' ? scanId(`${target}`) : null,
        },
        // Two scans at one number of one device are told apart by hash alone, as forks are.
        { quarantine, hash: hashOf(plan.no, plan.minute * 100 + fork * 10 + at) },
      ),
    ),
  )

export const anyCounting = fc.constantFrom('once', 'stay', 'many')
