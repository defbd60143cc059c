import { type DeviceId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import {
  type HeardScan,
  type ManifestDelta,
  type PullOutput,
  scansPerPullMax,
  signStatement,
  type TicketRow,
  ticketsPerPullMax,
  ticketToRow,
  type VectorEntry,
} from '@eventpass/sync'
import type { ErasureStore } from '../erasure/erasure-store.ts'
import type { ManifestReads, PullingDevice } from './manifest-store.ts'
import { type KeyDeps, wrapKeys } from './wrap-keys.ts'

/** Past so many changed rows a fresh snapshot is quicker than deltas. */
export const deltaRowsMax = 20_000

export interface PullDeps extends KeyDeps {
  readonly centralKey: CryptoKey
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: {
      readonly manifest: ManifestReads
      readonly erasure: Pick<ErasureStore, 'noteReplica'>
    }) => Promise<T>,
  ) => Promise<T>
}

export interface PullMarks {
  readonly device: DeviceId
  readonly revision: number
  readonly vector: readonly VectorEntry[]
  readonly rulingsRevision: number
}

export interface PullRefused {
  readonly kind: 'unknown_device' | 'device_revoked'
  readonly message: string
}

/**
 * Answers what changed since a device's marks, in one view of the database.
 *
 * Revisions are taken as a writer's last lock, so that none below the mark can
 * appear later (SY5). Everything is bounded: `more` flags say that another page waits.
 */
export async function pullChanges(
  deps: PullDeps,
  tenant: TenantId,
  marks: PullMarks,
): Promise<Result<PullOutput, PullRefused>> {
  return deps.tx(tenant, async ({ manifest, erasure }) => {
    const device = await manifest.getDevice(marks.device)
    if (!device) {
      return fail({
        kind: 'unknown_device',
        message: 'This device is not paired here. Pair it anew.',
      })
    }
    if (device.state !== 'active') {
      return fail({
        kind: 'device_revoked',
        message: 'This device may no longer pull. Its unsent scans can still be pushed.',
      })
    }
    // Whatever it asks to go on from it holds durably: so it confirms erasures too (GD1).
    if (marks.revision !== device.heldRevision) {
      await erasure.noteReplica(marks.device, marks.revision)
    }
    const now = await manifest.revisions(device.event)
    const page = await readDelta(manifest, device, marks.revision, now)
    // Before the scans: one that is stored in between is told again, never skipped.
    const heads = await manifest.findHeads(device.event)
    const scans = await manifest.findScansBeyond(device.event, marks.vector, scansPerPullMax)
    const scansMore = scans.length === scansPerPullMax
    const rulings = await manifest.findRulingsSince(
      device.event,
      marks.rulingsRevision,
      scansPerPullMax,
    )
    const rulingsMore = rulings.length === scansPerPullMax
    return ok({
      manifest: await signStatement(deps.subtle, deps.centralKey, page.delta),
      scans: [...scans],
      vector: scansMore ? advanceVector(marks.vector, scans) : [...heads],
      scansMore,
      rulings: rulings.map(({ id, ruling, atMs }) => ({ id, ruling, atMs })),
      rulingsRevision: rulingsMore ? (rulings.at(-1)?.revision ?? now.rulings) : now.rulings,
      rulingsMore,
      keys: await wrapKeys(
        deps,
        { tenant, event: device.event, wrapKey: device.wrapKey },
        await manifest.findKeys(device.event),
      ),
      list: device.list,
      gate: device.gate,
      snapshotAdvised: page.snapshotAdvised,
    })
  })
}

async function readDelta(
  manifest: ManifestReads,
  { event }: PullingDevice,
  since: number,
  now: { readonly manifest: number; readonly frame: number },
): Promise<{ readonly delta: ManifestDelta; readonly snapshotAdvised: boolean }> {
  const nothing: ManifestDelta = {
    type: 'delta',
    event,
    from: since,
    to: since,
    more: false,
    frame: null,
    tickets: [],
    gone: [],
  }
  if (now.manifest <= since) return { delta: nothing, snapshotAdvised: false }
  const changed = await manifest.countChanges(event, since, now.manifest)
  if (changed > deltaRowsMax) return { delta: nothing, snapshotAdvised: true }

  const changes = await manifest.findChanges(event, since, now.manifest, ticketsPerPullMax)
  const delta: ManifestDelta = {
    ...nothing,
    to: changes.through,
    more: changes.through < now.manifest,
    frame: now.frame > since ? await manifest.readFrame(event) : null,
    tickets: changes.tickets.map((ticket): TicketRow => ticketToRow(ticket)),
    gone: [...changes.gone],
  }
  return { delta, snapshotAdvised: false }
}

/** The marks after a page that is not the last: only what the page itself told. */
function advanceVector(vector: readonly VectorEntry[], scans: readonly HeardScan[]): VectorEntry[] {
  const told = new Map(vector.map((entry) => [`${entry[0]}/${entry[1]}`, entry]))
  for (const { deviceNo, branch, seq } of scans)
    told.set(`${deviceNo}/${branch}`, [deviceNo, branch, seq])
  return [...told.values()]
}
