import {
  type DeviceId,
  type EventId,
  fail,
  ok,
  type Result,
  type ScanId,
  type TenantId,
} from '@eventpass/domain'
import { parseScanBody } from '@eventpass/sync'
import type { ErasureStore } from '../erasure/erasure-store.ts'
import { withholdPushedTexts } from '../erasure/withhold-texts.ts'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import type { LookupsDep } from '../tenancy/tenancy.ts'
import { type Push, type UnknownDevice, unknownDevice } from './accept-push.ts'
import type { CentralLedger } from './central-ledger.ts'

/** Anybody may send these: of one event so many are kept, and of one address so many an hour are looked at. */
const straysKeptMax = 20
const straysPerHourMax = 30
const hourMs = 3_600_000

export interface StrayDeps extends LimitsDep, LookupsDep {
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: {
      readonly ledger: CentralLedger
      readonly erasure: ErasureStore
    }) => Promise<T>,
  ) => Promise<T>
}

/**
 * A push without a pass. A device that is paired here only has to make a contact: that is `ok`.
 *
 * One that nobody paired is refused, and its push kept whole with its bytes under the event that its
 * scans name, with one incident for all of them (SY3): after a restore from backup they may be all
 * that is left of a door. What names no event of ours is nobody's here, and is not kept.
 */
export async function keepStrayPush(
  deps: StrayDeps,
  peer: string,
  push: Push,
): Promise<Result<null, UnknownDevice>> {
  if (await deps.lookups.findDevice(push.device)) return ok(null)
  const scans = readScans(push)
  const named = scans[0] && (await findEvent(deps, peer, scans[0].event))
  if (named) await keep(deps, named.tenant, named.event, push, scans)
  return fail(unknownDevice)
}

async function findEvent({ limits, lookups }: StrayDeps, peer: string, event: EventId) {
  const mayGoOn = await limits.take(`stray_push/${peer}`, straysPerHourMax, hourMs)
  return mayGoOn ? lookups.findEvent(event) : null
}

async function keep(
  { tx }: StrayDeps,
  tenant: TenantId,
  event: EventId,
  push: Push,
  scans: readonly StrayScan[],
): Promise<void> {
  await tx(tenant, async ({ ledger, erasure }) => {
    const kept = { ...push, scans: await withholdPushedTexts(erasure, event, push.scans) }
    const bytes = JSON.stringify(kept)
    if (!(await ledger.quarantineStray(event, push.device, bytes, straysKeptMax))) return
    const ids = scans.filter((scan) => scan.event === event).map(({ id }) => id)
    const about = { key: 'bad_push/unknown_device', kind: 'bad_push', device: null } as const
    await ledger.raise(event, { ...about, scans: ids })
  })
}

interface StrayScan {
  readonly id: ScanId
  readonly event: EventId
  readonly device: DeviceId
}

function readScans({ scans }: Push): readonly StrayScan[] {
  return scans.flatMap(({ bytes }) => {
    const body = parseScanBody(bytes)
    return body.ok ? [body.value] : []
  })
}
