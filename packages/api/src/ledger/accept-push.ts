import { type DeviceId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import {
  importVerifyingKey,
  type ParsedPush,
  type PushOutput,
  type ReadScan,
  type Receipt,
  readPush,
  type Signed,
  signStatement,
  zeroHash,
} from '@eventpass/sync'
import type { DirtyKey } from '../reconcile/reconcile-store.ts'
import type { CentralLedger, ChainHead, NewScan, PushingDevice } from './central-ledger.ts'
import { classifyLinks } from './classify-links.ts'

/** A push as the wire gives it, parsed. */
export type Push = ParsedPush & { readonly device: DeviceId }

export interface PushDeps {
  readonly subtle: SubtleCrypto
  readonly centralKey: CryptoKey
  readonly incarnation: string
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: { readonly ledger: CentralLedger }) => Promise<T>,
  ) => Promise<T>
}

export interface UnknownDevice {
  readonly kind: 'unknown_device'
  readonly message: string
}

/**
 * Stores a push durably and answers each scan; pushing anything twice changes nothing.
 *
 * A chain or signature that fails keeps the push whole, with its bytes, and
 * gives no receipt; a chained scan that is invalid is stored, quarantined and
 * counted (SY3). Scans, texts, head and outbox row are one transaction.
 */
export async function acceptPush(
  deps: PushDeps,
  tenant: TenantId,
  push: Push,
): Promise<Result<PushOutput, UnknownDevice>> {
  return deps.tx(tenant, async ({ ledger }) => {
    const device = await ledger.lockDevice(push.device)
    if (!device) {
      return fail({
        kind: 'unknown_device',
        message: 'This device is not paired here. Pair it anew.',
      })
    }
    const key = await importVerifyingKey(deps.subtle, device.signKey)
    const read = key ? await readPush(deps.subtle, key, push) : fail({ kind: 'signature' } as const)
    if (!read.ok) {
      await ledger.quarantinePush(push.device, read.failure.kind, JSON.stringify(push))
      return ok({ outcome: 'quarantined', reason: read.failure.kind })
    }
    const rows = await classify(ledger, device, push, read.value)
    const stored = await ledger.insertScans(push.device, device.event, rows)
    const fresh = rows.filter((row) => stored.has(row.hash))
    const dirty = await settleChain(ledger, push.device, device, rows, fresh)
    if (dirty.length > 0) await ledger.enqueueDirty(device.event, dirty)
    return ok({
      outcome: 'accepted',
      answers: rows.map((row) => ({
        hash: row.hash,
        id: row.body?.id ?? null,
        outcome: row.quarantine ? 'quarantined' : 'stored',
        reason: row.quarantine,
      })),
      receipt: await sealReceipt(
        deps,
        push.device,
        await advance(ledger, push.device, device, rows),
      ),
    })
  })
}

/** The statement that takes scans off a gate's pending (SY2). */
export function sealReceipt(
  deps: Pick<PushDeps, 'subtle' | 'centralKey' | 'incarnation'>,
  device: DeviceId,
  head: ChainHead,
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

async function classify(
  ledger: CentralLedger,
  device: PushingDevice,
  push: Push,
  links: readonly ReadScan[],
): Promise<readonly NewScan[]> {
  const digests = links.flatMap(({ body }) => (body?.digest ? [body.digest] : []))
  const before = push.prev === zeroHash ? null : await ledger.findLink(push.device, push.prev)
  const inviteesByDigest = await ledger.findInvitees(device.event, digests)
  return classifyLinks(links, device, before, inviteesByDigest)
}

/** Forks, and the keys that what is new makes dirty. */
async function settleChain(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  rows: readonly NewScan[],
  fresh: readonly NewScan[],
): Promise<readonly DirtyKey[]> {
  if (fresh.length === 0) return []
  const dirty = [...keysOf(fresh), ...(await keysOfTargets(ledger, device, fresh))]
  await raiseClocks(ledger, id, device, fresh)
  const found = await ledger.findFork(
    id,
    rows.map((row) => row.seq),
  )
  const forkSeq = Math.min(
    found ?? Number.POSITIVE_INFINITY,
    device.forkSeq ?? Number.POSITIVE_INFINITY,
  )
  if (!Number.isFinite(forkSeq)) return dirty
  if (forkSeq !== device.forkSeq) await ledger.markFork(id, forkSeq)
  const scans = fresh.flatMap((row) => row.body?.id ?? [])
  await ledger.raise(device.event, { key: `fork/${id}`, kind: 'fork', device: id, scans })
  return [...dirty, ...(await ledger.quarantineFrom(id, forkSeq))]
}

async function raiseClocks(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  fresh: readonly NewScan[],
): Promise<void> {
  const scans = fresh.flatMap((row) =>
    row.quarantine === 'clock' && row.body ? [row.body.id] : [],
  )
  if (scans.length === 0) return
  await ledger.raise(device.event, { key: `clock/${id}`, kind: 'clock', device: id, scans })
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

/** The head that a receipt may name for the branch that was pushed. */
async function advance(
  ledger: CentralLedger,
  id: DeviceId,
  device: PushingDevice,
  rows: readonly NewScan[],
): Promise<ChainHead> {
  const last = rows.at(-1)
  if (!last?.connected) return { seq: device.throughSeq, hash: device.throughHash }
  const reached = await ledger.connectOnwards(id, { seq: last.seq, hash: last.hash })
  if (reached.seq > device.throughSeq) await ledger.saveHead(id, reached)
  return reached
}
