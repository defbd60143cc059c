import {
  type DeviceId,
  fail,
  type LedgerHead,
  ok,
  type Result,
  type ScanId,
  type TenantId,
} from '@eventpass/domain'
import {
  importVerifyingKey,
  type ParsedPush,
  type PushOutput,
  parseScanBody,
  type ReadScan,
  type Receipt,
  readPush,
  type Signed,
  signStatement,
} from '@eventpass/sync'
import type { ClaimStore, SettlingScan } from '../claims/claim-store.ts'
import type { ErasureStore } from '../erasure/erasure-store.ts'
import { withholdPushedTexts, withholdTexts } from '../erasure/withhold-texts.ts'
import type { ManifestReads } from '../manifest/manifest-store.ts'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { DirtyKey } from '../reconcile/reconcile-store.ts'
import type { CentralLedger, NewScan, PushingDevice } from './central-ledger.ts'
import { type SettledLinks, settleLinks, type UnmarkedScan } from './settle-chain.ts'
import { suspectForgeries } from './suspect-forgeries.ts'

/** Pushes that failed are kept of one device up to so many; a tablet that goes on and on fills no disk. */
const badPushesKeptMax = 200

/** A push as the wire gives it, parsed. */
export type Push = ParsedPush & { readonly device: DeviceId }

export interface PushDeps extends KeyDeps {
  readonly centralKey: CryptoKey
  readonly incarnation: string
  readonly tx: <T>(tenant: TenantId, work: (stores: PushStores) => Promise<T>) => Promise<T>
}

interface PushStores {
  readonly ledger: CentralLedger
  readonly manifest: ManifestReads
  readonly claims: ClaimStore
  readonly erasure: ErasureStore
}

export interface UnknownDevice {
  readonly kind: 'unknown_device'
  readonly message: string
}

export const unknownDevice = {
  kind: 'unknown_device',
  message: 'This device is not paired here. Pair it anew.',
} as const satisfies UnknownDevice

/**
 * Stores a push durably and answers each scan; pushing anything twice changes nothing.
 *
 * A chain or signature that fails keeps the push whole, with its bytes, names it
 * in an incident and gives no receipt; a chained scan that is invalid is stored,
 * quarantined and counted (SY3). Scans, texts, head and outbox row are one transaction.
 */
export async function acceptPush(
  deps: PushDeps,
  tenant: TenantId,
  push: Push,
): Promise<Result<PushOutput, UnknownDevice>> {
  return deps.tx(tenant, async (stores) => {
    const { ledger } = stores
    const device = await ledger.lockDevice(push.device)
    if (!device) return fail(unknownDevice)
    const key = await importVerifyingKey(deps.subtle, device.signKey)
    const read = key ? await readPush(deps.subtle, key, push) : fail({ kind: 'signature' } as const)
    if (!read.ok) {
      const { kind: reason } = read.failure
      await keepBadPush(stores, device, push, reason)
      return ok({ outcome: 'quarantined', reason })
    }
    const origin = { tenant, event: device.event, device: push.device }
    const found = await resolveScans(ledger, device, read.value)
    const looked = await suspectForgeries(deps, stores, origin, found)
    const rows = await withholdTexts(stores.erasure, device.event, looked)
    const settled = await settleLinks(ledger, push.device, device, rows)
    const targets = await keysOfTargets(ledger, device, settled.fresh)
    const lost = await keysOfLost(stores.claims, push.device, settled.fresh)
    const dirty = [...keysOf(settled.fresh), ...targets, ...lost, ...settled.touched]
    if (dirty.length > 0) await ledger.enqueueDirty(device.event, dirty)
    await stores.claims.settle(push.device, toSettling(rows, settled))
    return ok({
      outcome: 'accepted',
      answers: rows.map(({ hash, id }) => {
        const reason = settled.quarantine.get(hash) ?? null
        return { hash, id, outcome: reason ? 'quarantined' : 'stored', reason }
      }),
      receipt: await sealReceipt(deps, push.device, settled.head),
    })
  })
}

/** The statement that takes scans off a gate's pending (SY2). */
export function sealReceipt(
  deps: Pick<PushDeps, 'subtle' | 'centralKey' | 'incarnation'>,
  device: DeviceId,
  head: LedgerHead,
): Promise<Signed> {
  const receipt: Receipt = {
    type: 'receipt',
    device,
    throughSeq: head.seq,
    hash: head.hash,
    incarnation: deps.incarnation,
  }
  return signStatement(deps.subtle, deps.centralKey, receipt)
}

/** One incident a device, naming the scans that its pushes claim: nothing proves that they are its own (SY3). */
async function keepBadPush(
  { ledger, erasure }: PushStores,
  { event }: PushingDevice,
  push: Push,
  reason: string,
): Promise<void> {
  const { device } = push
  const kept = { ...push, scans: await withholdPushedTexts(erasure, event, push.scans) }
  await ledger.quarantinePush(device, reason, JSON.stringify(kept), badPushesKeptMax)
  const scans = push.scans.flatMap(({ bytes }): ScanId[] => {
    const body = parseScanBody(bytes)
    return body.ok ? [body.value.id] : []
  })
  await ledger.raise(event, { key: `bad_push/${device}`, kind: 'bad_push', device, scans })
}

/** Whom each scan is about; one of another event is none. */
async function resolveScans(
  ledger: CentralLedger,
  device: PushingDevice,
  links: readonly ReadScan[],
): Promise<readonly UnmarkedScan[]> {
  const digests = links.flatMap(({ body }) => (body?.digest ? [body.digest] : []))
  const inviteesByDigest = await ledger.findInvitees(device.event, digests)
  return links.map(({ seq, prev, hash, bytes, texts, body: read }) => {
    const body = read?.event === device.event ? read : null
    const id = body?.id ?? null
    const clock = body && { epoch: body.epoch, monoMs: body.monoMs }
    const invitee = body?.digest ? (inviteesByDigest.get(body.digest) ?? null) : null
    return { seq, prev, hash, bytes, texts, body, id, clock, invitee }
  })
}

/** Scans that were admitted, went out, or undo: refusals change no ruling. */
function keysOf(rows: readonly NewScan[]): readonly DirtyKey[] {
  return rows.flatMap(({ body, invitee }) =>
    body && invitee !== null && body.verdict === 'admit' ? [{ list: body.list, invitee }] : [],
  )
}

async function keysOfTargets(
  ledger: CentralLedger,
  device: PushingDevice,
  rows: readonly NewScan[],
): Promise<readonly DirtyKey[]> {
  const targets = rows.flatMap(({ body }) => (body?.target ? [body.target] : []))
  return targets.length === 0 ? [] : ledger.findKeysOfScans(device.event, targets)
}

/** A gate that refused alone what it was told to be provisional: the incident of that has no ground (CL4). */
async function keysOfLost(
  claims: ClaimStore,
  device: DeviceId,
  rows: readonly NewScan[],
): Promise<readonly DirtyKey[]> {
  const refused = rows.flatMap(({ body }) =>
    body?.act === 'entry' && body.verdict !== 'admit' && body.tier !== 'central' ? [body.id] : [],
  )
  return refused.length === 0 ? [] : claims.findLost(device, refused)
}

/** What the links tell of the claims that they were made for (CL6). */
function toSettling(
  rows: readonly UnmarkedScan[],
  { quarantine }: SettledLinks,
): readonly SettlingScan[] {
  return rows.map(({ seq, hash, id, body }) => ({
    seq,
    id,
    act: body?.act ?? null,
    verdict: body?.verdict ?? null,
    target: body?.target ?? null,
    quarantined: (quarantine.get(hash) ?? null) !== null,
  }))
}
