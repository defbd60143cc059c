import { fail, ok, type Reason, type Result, type ScanBody } from '@eventpass/domain'
import { z } from 'zod'
import {
  Hex32,
  WireDeviceId,
  WireDigest,
  WireEventId,
  WireGateId,
  WireListId,
  WireMs,
  WireScanId,
} from '../wire/primitives.ts'
import { scanBytesMax } from '../wire/push.ts'

/** Largest counter (sequence, epoch, revision) that a device may send. */
const counterMax = 2 ** 40

const counter = z.int().min(0).max(counterMax)

/** A reason that the domain adds fails to compile here, and needs a new PROTOCOL_VERSION (SY7). */
const reasons = {
  unreadable: 'unreadable',
  other_event: 'other_event',
  not_ours: 'not_ours',
  sync_needed: 'sync_needed',
  retired_key: 'retired_key',
  bad_signature: 'bad_signature',
  unlisted: 'unlisted',
  by_name: 'by_name',
  revoked: 'revoked',
  reprinted: 'reprinted',
  blocked: 'blocked',
  cancelled: 'cancelled',
  unpaid: 'unpaid',
  wrong_list: 'wrong_list',
  outside_window: 'outside_window',
  clock_unsure: 'clock_unsure',
  rules: 'rules',
  used: 'used',
  question: 'question',
  old_list: 'old_list',
  wiped: 'wiped',
  not_undoable: 'not_undoable',
} as const satisfies { readonly [Name in Reason]: Name }

/** A reason as word of the wire. */
export const ReasonWord = z.enum(reasons)

/** The JSON inside a scan's bytes. Strict: an unknown field is another version. */
export const ScanBodyJson = z.strictObject({
  v: z.literal(1),
  id: WireScanId,
  event: WireEventId,
  device: WireDeviceId,
  seq: counter.min(1),
  epoch: counter,
  monoMs: WireMs.min(0),
  wallMs: WireMs,
  list: WireListId,
  gate: WireGateId,
  act: z.enum(['entry', 'exit', 'void']),
  input: z.enum(['camera', 'wedge', 'typed', 'search']),
  role: z.enum(['steward', 'supervisor', 'kiosk']),
  digest: WireDigest.nullable(),
  verdict: z.enum(['admit', 'refuse', 'attention']),
  reason: ReasonWord.nullable(),
  tier: z.enum(['hub', 'central', 'replica', 'signature']),
  forced: z.boolean(),
  forceSent: z.boolean(),
  answers: WireScanId.nullable(),
  target: WireScanId.nullable(),
  revision: counter,
  textHashes: z.strictObject({
    code: Hex32.nullable(),
    answer: Hex32.nullable(),
    note: Hex32.nullable(),
  }),
})

/** Reads a scan's bytes; a failure says in words what is wrong with them. */
export function parseScanBody(
  bytes: string,
): Result<ScanBody, { readonly kind: 'invalid_scan'; readonly message: string }> {
  if (bytes.length > scanBytesMax) {
    return fail({ kind: 'invalid_scan', message: `longer than ${scanBytesMax} characters` })
  }
  let json: unknown
  try {
    json = JSON.parse(bytes)
  } catch {
    return fail({ kind: 'invalid_scan', message: 'not JSON' })
  }
  const parsed = ScanBodyJson.safeParse(json)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  return fail({
    kind: 'invalid_scan',
    message: `${issue?.path.join('.') || 'scan'}: ${issue?.message ?? 'not a scan'}`,
  })
}
