import {
  type DeviceId,
  type DeviceNo,
  type EventId,
  fail,
  finalUpToMs,
  indexContacts,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import type { FinalitySource } from './finality-store.ts'

/** A gate in reach makes a contact every five minutes; one that lags by more than two of them is waited for. */
const waitedForMs = 10 * 60_000
const waitedForMax = 20

/** Up to when nothing that is still under way can change who was first (TM8). */
export interface Finality {
  /** Ms since 1970; null where nothing is final yet, or nothing is to come (`complete`). */
  readonly upToMs: number | null
  /** How many devices there are that bring scans. */
  readonly devices: number
  /** No device is left that could still bring a scan that counts. */
  readonly complete: boolean
  /** Devices that hold it back, the longest first. */
  readonly waitingFor: readonly WaitedFor[]
}

interface WaitedFor {
  readonly device: DeviceId
  readonly deviceNo: DeviceNo
  readonly label: string
  readonly gateName: string
  readonly lastHeardMs: number | null
  /** Scans that it signed for and that are not here. */
  readonly missing: number
}

export function readFinality(
  deps: TenancyDep,
  tenant: TenantId,
  event: EventId,
): Promise<Result<Finality, EventNotFound>> {
  return deps.tx(tenant, async (tx) => {
    if (!(await tx.events.find(event))) return fail(eventNotFound)
    const { nowMs, sources } = await tx.finality.findSources(event)
    const upToMs = finalUpToMs(sources.map(toLedgerSource))
    const late = sources
      .map((source) => ({ source, ownMs: finalUpToMs([toLedgerSource(source)]) }))
      .filter(({ ownMs }) => ownMs < nowMs - waitedForMs)
      .sort((a, b) => (a.ownMs < b.ownMs ? -1 : a.ownMs > b.ownMs ? 1 : 0))
    return ok({
      upToMs: Number.isFinite(upToMs) ? upToMs : null,
      devices: sources.length,
      complete: upToMs === Infinity,
      waitingFor: late.slice(0, waitedForMax).map(({ source }) => toWaitedFor(source)),
    })
  })
}

function toLedgerSource({ contact, throughSeq, closedAtSeq }: FinalitySource) {
  const contacts = indexContacts(contact ? [contact] : [])
  return { kind: 'device', contacts, throughSeq, closedAtSeq } as const
}

function toWaitedFor(source: FinalitySource): WaitedFor {
  const { device, deviceNo, label, gateName, lastHeardMs, signedSeq, throughSeq } = source
  return {
    device,
    deviceNo,
    label,
    gateName,
    lastHeardMs,
    missing: Math.max(0, signedSeq - throughSeq),
  }
}
