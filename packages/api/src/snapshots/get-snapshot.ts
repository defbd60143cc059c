import { type DeviceId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import { type SnapshotOutput, signStatement } from '@eventpass/sync'
import type { z } from 'zod'
import type { ErasureStore } from '../erasure/erasure-store.ts'
import type { ManifestReads } from '../manifest/manifest-store.ts'
import { deltaRowsMax, type PullRefused } from '../manifest/pull-changes.ts'
import type { SnapshotStore, SnapshotsDep, StoredSnapshot } from './snapshot-store.ts'

/** At most one snapshot per event in this time, unless the newest one is of no use. */
const snapshotEveryMs = 10 * 60_000
const retryMs = 1_000

export interface GetSnapshotDeps extends SnapshotsDep {
  readonly subtle: SubtleCrypto
  readonly centralKey: CryptoKey
  readonly now: () => number
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: {
      readonly manifest: ManifestReads
      readonly erasure: Pick<ErasureStore, 'lastRevision'>
      readonly snapshots: SnapshotStore
    }) => Promise<T>,
  ) => Promise<T>
}

/**
 * Answers the newest snapshot of the device's event, or that one is being built.
 *
 * One that is somewhat old is as good as new, since deltas follow it; one that
 * lags by more than deltas should carry, or that still names somebody who was erased since (GD1), is
 * built again first.
 */
export async function getSnapshot(
  deps: GetSnapshotDeps,
  tenant: TenantId,
  id: DeviceId,
): Promise<Result<z.input<typeof SnapshotOutput>, PullRefused>> {
  return deps.tx(tenant, async ({ manifest, erasure, snapshots }) => {
    const device = await manifest.getDevice(id)
    if (!device) {
      return fail({
        kind: 'unknown_device',
        message: 'This device is not paired here. Pair it anew.',
      })
    }
    if (device.state !== 'active') {
      return fail({ kind: 'device_revoked', message: 'This device may no longer load the list.' })
    }
    const found = await snapshots.findNewest(device.event)
    const isNamed =
      found !== null && found.meta.revision < (await erasure.lastRevision(device.event))
    const newest = isNamed ? null : found
    const behind = await countBehind(manifest, device.event, newest)
    if (isDue(newest, behind, deps.now())) deps.snapshotBuilds.request(tenant, device.event)
    if (!newest || behind > deltaRowsMax) return ok({ state: 'building', retryMs })
    return ok({
      state: 'ready',
      meta: await signStatement(deps.subtle, deps.centralKey, newest.meta),
    })
  })
}

async function countBehind(
  manifest: ManifestReads,
  event: StoredSnapshot['meta']['event'],
  newest: StoredSnapshot | null,
): Promise<number> {
  if (!newest) return 0
  const { manifest: revision } = await manifest.revisions(event)
  return manifest.countChanges(event, newest.meta.revision, revision)
}

function isDue(newest: StoredSnapshot | null, behind: number, nowMs: number): boolean {
  if (!newest || behind > deltaRowsMax) return true
  return behind > 0 && nowMs - newest.builtMs > snapshotEveryMs
}
